import type { Dataset, DatasetSpec, Episode, EpisodeInfo } from '../core/episode';
import { fault } from '../core/fault';
import { Random } from '../core/random';
import type { CameraSpec } from '../core/types';
import { Normaliser } from './normaliser';
import type { OpenPictures, Pictures } from './pictures';

export interface SampleOptions {
  /** Actions per sample. */
  readonly chunk: number;
  /** Feed the task state of a simulator beside the joints. */
  readonly environment: boolean;
  /** Keep the task state beside the inputs, to be told from the pictures. */
  readonly hints: boolean;
  readonly cameras: readonly CameraSpec[];
  readonly seed: number;
  readonly heldOut: number;
  readonly skipFailures: boolean;
}

/** Every row of the chosen demonstrations, end to end; N rows, J joints, E environment values, F = J + E. */
export interface Samples {
  readonly rows: number;
  readonly joints: number;
  readonly features: number;
  readonly chunk: number;
  /** N × F: joints, then environment, in robot units. */
  readonly inputs: Float32Array;
  /** N × J: what was sent. */
  readonly actions: Float32Array;
  /** For each row, the last row of its episode. */
  readonly ends: Int32Array;
  /** Of each row and camera; whoever asked for the samples closes them. */
  readonly pictures: Pictures;
  readonly cameras: readonly CameraSpec[];
  /** N × E: task state as it was, to be told from the pictures; E = 0 when there is none. */
  readonly hints: Float32Array;
  readonly hintScale: Normaliser;
  /** Row numbers. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
  readonly episodes: { readonly train: readonly number[]; readonly heldOut: readonly number[] };
  /** The task text most demonstrations carry. */
  readonly task: string;
  /** F input features. */
  readonly inputScale: Normaliser;
  /** chunk × J targets, each relative to the joints now. */
  readonly targetScale: Normaliser;
}

/** Reads the demonstrations and splits them by episode. Throws a fault that names what is wrong. */
export async function buildSamples(
  dataset: Dataset,
  options: SampleOptions,
  openPictures: OpenPictures,
): Promise<Samples> {
  const infos = chooseEpisodes(dataset, options.skipFailures);
  const { spec } = dataset;
  const joints = spec.joints.length;
  const features = joints + (options.environment ? spec.environment.length : 0);
  const rows = infos.reduce((sum, info) => sum + info.length, 0);
  checkChannels(spec);
  checkCameras(dataset, options.cameras);
  const split = splitEpisodes(
    infos.map((i) => i.index),
    options.heldOut,
    options.seed,
  );

  const inputs = new Float32Array(rows * features);
  const actions = new Float32Array(rows * joints);
  const hintCount = options.hints ? spec.environment.length : 0;
  const hints = new Float32Array(rows * hintCount);
  const ends = new Int32Array(rows);
  const train: number[] = [];
  const heldOut: number[] = [];
  let row = 0;
  for (const info of infos) {
    const episode = await dataset.read(info.index);
    checkEpisode(episode, info, spec);
    const target = split.heldOut.includes(info.index) ? heldOut : train;
    const end = row + episode.rows.length - 1;
    for (const r of episode.rows) {
      inputs.set(r.state, row * features);
      if (features > joints) inputs.set(r.environment, row * features + joints);
      actions.set(r.action, row * joints);
      if (hintCount > 0) hints.set(r.environment, row * hintCount);
      ends[row] = end;
      target.push(row++);
    }
  }
  const data = { rows, joints, features, chunk: options.chunk, inputs, actions, ends };
  return {
    ...data,
    pictures: await openPictures(dataset, infos, options.cameras),
    cameras: options.cameras,
    hints,
    hintScale: Normaliser.fit(hintCount, (visit) => {
      for (const r of train) visit((i) => hints[r * hintCount + i] ?? 0);
    }),
    train: Int32Array.from(train),
    heldOut: Int32Array.from(heldOut),
    episodes: split,
    task: mostCommon(infos.map((i) => i.task)),
    inputScale: Normaliser.fit(features, (visit) => {
      for (const r of train) visit((i) => inputs[r * features + i] ?? 0);
    }),
    targetScale: Normaliser.fit(options.chunk * joints, (visit) => {
      for (const r of train) visit((i) => relativeAction(data, r, Math.floor(i / joints), i % joints));
    }),
  };
}

type Rows = Pick<Samples, 'joints' | 'features' | 'inputs' | 'actions' | 'ends'>;

/** Action k steps after `row`, minus the joint position at `row`; the episode's last action repeats at its end. */
export function relativeAction(data: Rows, row: number, k: number, joint: number): number {
  const then = Math.min(row + k, data.ends[row] ?? row);
  return (data.actions[then * data.joints + joint] ?? 0) - (data.inputs[row * data.features + joint] ?? 0);
}

function chooseEpisodes(dataset: Dataset, skipFailures: boolean): EpisodeInfo[] {
  const all = dataset.list().filter((e) => e.length > 0);
  const chosen = all.filter((e) => !skipFailures || e.success !== false);
  if (chosen.length > 0) return [...chosen];
  throw all.length === 0
    ? fault(
        'bad-input',
        'There are no demonstrations to learn from',
        'Record a few demonstrations first; 20 to 50 are a good start.',
      )
    : fault(
        'bad-input',
        `All ${all.length} demonstrations are labelled as failures`,
        'Record successful ones, or train with failures included.',
      );
}

/** A policy learns how the joints move: an action of other channels, or in units nobody knows, cannot drive a robot. */
function checkChannels({ joints, action, robot }: DatasetSpec): void {
  const raw = joints.some((joint) => joint.unit === 'raw');
  if (!action && !raw) return;
  const why = action
    ? 'its actions are other values than its joint positions'
    : 'the units of its joints are not known';
  throw fault(
    'incompatible',
    `This dataset of ${robot} cannot be learned from here: ${why}`,
    'Train on demonstrations recorded with Understudy; this one can be looked at, edited and exported.',
  );
}

function checkCameras(dataset: Dataset, cameras: readonly CameraSpec[]): void {
  const have = dataset.spec.cameras.map((c) => c.name);
  for (const { name } of cameras) {
    if (have.includes(name)) continue;
    const offer =
      have.length > 0 ? `Choose among: ${have.join(', ')}.` : 'Record with a camera, or train a policy on state (mlp).';
    throw fault('incompatible', `The dataset has no camera "${name}"`, offer);
  }
}

/** Sample of episodes that training never sees: at least one of two or more, none of a single one. */
export function splitEpisodes(indices: readonly number[], share: number, seed: number): Samples['episodes'] {
  const wanted = Math.max(share > 0 ? 1 : 0, Math.round(indices.length * share));
  const count = indices.length < 2 ? 0 : Math.min(wanted, indices.length - 1);
  const held = new Random(seed).fork(1).shuffle(indices).slice(0, count);
  return { train: indices.filter((i) => !held.includes(i)), heldOut: held.sort((a, b) => a - b) };
}

function checkEpisode(episode: Episode, info: EpisodeInfo, spec: DatasetSpec): void {
  if (episode.rows.length !== info.length) {
    throw fault(
      'corrupt',
      `Episode ${info.index} has ${episode.rows.length} rows instead of ${info.length}`,
      'Run `understudy dataset repair`.',
    );
  }
  const jointNames = spec.joints.map((j) => j.name);
  for (const [n, row] of episode.rows.entries()) {
    checkValues(row.state, jointNames, 'state', info.index, n);
    checkValues(row.action, jointNames, 'action', info.index, n);
    checkValues(row.environment, spec.environment, 'environment', info.index, n);
  }
}

function checkValues(
  values: readonly number[],
  names: readonly string[],
  what: string,
  episode: number,
  row: number,
): void {
  const bad = values.length === names.length ? values.findIndex((v) => !Number.isFinite(v)) : -1;
  if (values.length === names.length && bad < 0) return;
  const problem =
    bad < 0 ? `has ${values.length} values instead of ${names.length}` : `of ${names[bad] ?? bad} is not a number`;
  throw fault(
    'corrupt',
    `Episode ${episode}, row ${row}: the ${what} ${problem}`,
    `Remove episode ${episode} from the dataset; the others can still be trained on.`,
  );
}

function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
