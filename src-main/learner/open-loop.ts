import type { AbortSignalLike } from '../core/clock';
import type { Dataset, EpisodeInfo, EpisodeRow } from '../core/episode';
import { fault } from '../core/fault';
import type { PolicySpec } from '../core/policy';
import type { CameraSpec, Image, Observation, Vector } from '../core/types';
import { actionNames } from './episodes';
import { fill } from './network-policy';
import type { OpenPictures, Pictures } from './pictures';

/** A policy's answer, wherever it lives. */
export type Act = (history: readonly Observation[]) => Promise<readonly Vector[]>;

/** What a policy would have done along one demonstration: T rows, A action channels, the dataset's robot units. */
export interface EpisodeTrace {
  readonly episode: number;
  /** Seconds of each row since the first. */
  readonly time: readonly number[];
  /** A × T. */
  readonly demonstrated: readonly (readonly number[])[];
  readonly predicted: readonly (readonly number[])[];
  /** Mean absolute error of each channel. */
  readonly errors: readonly number[];
}

/**
 * Shows a policy what the demonstrator saw and asks every `spec.execute` rows what it would do: open loop, for its
 * answers move nothing. Throws `incompatible` when the dataset does not offer what the policy looks at.
 */
export async function openLoop(
  { spec, act }: { readonly spec: PolicySpec; readonly act: Act },
  dataset: Dataset,
  episodes: readonly number[],
  openPictures: OpenPictures,
  watch: { readonly signal?: AbortSignalLike; readonly onEpisode?: (done: number) => void } = {},
): Promise<EpisodeTrace[]> {
  checkOffer(spec, dataset);
  const traces: EpisodeTrace[] = [];
  for (const index of episodes) {
    const info = dataset.list().find((one) => one.index === index);
    if (!info) throw fault('not-found', `There is no demonstration ${index}`, 'Choose one of the list.');
    const pictures = await openPictures(dataset, [info], spec.observation.cameras);
    try {
      traces.push(await traceEpisode(spec, act, dataset, info, pictures, watch.signal));
    } finally {
      pictures.close();
    }
    watch.onEpisode?.(traces.length);
  }
  return traces;
}

async function traceEpisode(
  spec: PolicySpec,
  act: Act,
  dataset: Dataset,
  info: EpisodeInfo,
  pictures: Pictures,
  signal?: AbortSignalLike,
): Promise<EpisodeTrace> {
  const { rows } = await dataset.read(info.index);
  const channels = spec.action.length;
  const predicted = Array.from({ length: channels }, () => new Array<number>(rows.length).fill(0));
  for (let from = 0; from < rows.length; from += spec.execute) {
    if (signal?.aborted) throw fault('cancelled', 'The evaluation was cancelled', 'Start it again.');
    const actions = await act(seenAt(spec, info, rows, pictures, from));
    for (let k = 0; k < Math.min(spec.execute, rows.length - from, actions.length); k++) {
      for (let a = 0; a < channels; a++) (predicted[a] as number[])[from + k] = actions[k]?.[a] ?? Number.NaN;
    }
  }
  const demonstrated = Array.from({ length: channels }, (_, a) => rows.map((row) => row.action[a] ?? Number.NaN));
  return {
    episode: info.index,
    time: rows.map((row) => row.t - (rows[0]?.t ?? 0)),
    demonstrated,
    predicted,
    errors: demonstrated.map((values, a) => meanDistance(values, predicted[a] as number[])),
  };
}

/** What a policy would have been shown at this row: its history, with the pictures of now. */
export function seenAt(
  spec: PolicySpec,
  { task }: EpisodeInfo,
  rows: readonly EpisodeRow[],
  pictures: Pictures,
  at: number,
): readonly Observation[] {
  const seen = rows.slice(Math.max(0, at - spec.history + 1), at + 1).map((row, i, all) => ({
    t: row.t,
    joints: row.state,
    environment: spec.observation.environment.length > 0 ? row.environment : [],
    ...(spec.tasks.includes(task) && { task }),
    ...(i === all.length - 1 && { images: imagesAt(pictures, spec.observation.cameras, at, row.t) }),
  }));
  return fill(seen, spec.history);
}

const meanDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? Number.NaN)), 0) / Math.max(1, a.length);

/** Copies: a picture must not change while a policy in another process still looks at it. */
export function imagesAt(
  pictures: Pictures,
  cameras: readonly CameraSpec[],
  row: number,
  t: number,
): Readonly<Record<string, Image>> {
  return Object.fromEntries(
    cameras.map(({ name, width, height }, c) => [
      name,
      { width, height, data: Uint8Array.from(pictures.at(c, row)), t },
    ]),
  );
}

function checkOffer({ observation, action }: PolicySpec, { spec }: Dataset): void {
  const names = (list: readonly { readonly name: string }[]) => list.map((item) => item.name);
  const problems = [
    differs('joints', observation.joints, names(spec.joints)),
    differs('actions', action, actionNames(spec)),
    observation.environment.length > 0 ? differs('task state', observation.environment, spec.environment) : null,
    ...observation.cameras
      .filter(({ name }) => !names(spec.cameras).includes(name))
      .map(({ name }) => `it has no camera "${name}"`),
  ].filter((problem) => problem !== null);
  if (problems.length === 0) return;
  throw fault(
    'incompatible',
    `This dataset does not fit the policy: ${problems.join('; ')}`,
    'Choose the dataset it was trained on, or one recorded with the same robot and cameras.',
  );
}

const differs = (what: string, wanted: readonly string[], offered: readonly string[]): string | null =>
  String(wanted) === String(offered) ? null : `its ${what} are ${offered.join(', ')}, not ${wanted.join(', ')}`;
