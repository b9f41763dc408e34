import type { Dataset, DatasetSpec } from '../core/episode';
import type { CameraSpec } from '../core/types';
import { actionNames, checkCameras, checkEpisode, chooseEpisodes, type Split, splitEpisodes } from './episodes';
import { findCouplings } from './facts/couplings';
import { type Drive, findDrives } from './facts/drives';
import { type Group, groupsOf } from './facts/groups';
import { Normaliser } from './normaliser';
import type { OpenPictures, Pictures } from './pictures';

export interface SampleOptions {
  /** Actions per sample. */
  readonly chunk: number;
  /** Consecutive observations per sample. */
  readonly history: number;
  readonly actions: 'delta' | 'absolute';
  /** Feed the task state beside the proprioception. */
  readonly environment: boolean;
  /** Keep the task state beside the inputs, to be told from the pictures. */
  readonly hints: boolean;
  readonly cameras: readonly CameraSpec[];
  readonly seed: number;
  readonly heldOut: number;
  readonly skipFailures: boolean;
  /** Only demonstrations with one of these tags; all when empty or absent. */
  readonly tags?: readonly string[];
  /** See `TrainSettings`. */
  readonly shiftTogether?: number;
}

/**
 * Every row of the chosen demonstrations, end to end: N rows, S proprioceptive values, E values of task state, T tasks
 * (0 when there is one), F = S + E + T features, A action channels. Robot units.
 */
export interface Samples {
  readonly rows: number;
  readonly joints: number;
  readonly environment: number;
  readonly features: number;
  readonly channels: number;
  readonly chunk: number;
  readonly history: number;
  /** N × F: proprioception, task state, one-hot task. */
  readonly inputs: Float32Array;
  /** N × A: what was sent. */
  readonly actions: Float32Array;
  /** For each row, the first and the last row of its episode. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** For each action channel the proprioceptive value it is told relative to; null where it stands for itself. */
  readonly relativeTo: readonly (number | null)[];
  /**
   * For each proprioceptive value whether an action moves it; others may be things, whose places must not be blurred.
   * Absent: all are moved.
   */
  readonly driven?: readonly boolean[];
  /** For each action channel what it moves. Absent: not known. */
  readonly drives?: readonly Drive[];
  /** Features that may be shifted together; absent when nobody asked for that. */
  readonly groups?: readonly Group[];
  /** Of each row and camera; whoever asked for the samples closes them. */
  readonly pictures: Pictures;
  readonly cameras: readonly CameraSpec[];
  /** N × E: task state as it was, to be told from the pictures; E = 0 when there is none. */
  readonly hints: Float32Array;
  readonly hintScale: Normaliser;
  /** Row numbers. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
  readonly episodes: Split;
  /** The task text most demonstrations carry. */
  readonly task: string;
  /** Texts told apart; empty when there is only one. */
  readonly tasks: readonly string[];
  /** F features; the one-hot task passes as it is. */
  readonly inputScale: Normaliser;
  /** chunk × A targets, relative where `relativeTo` says so. */
  readonly targetScale: Normaliser;
}

/** Reads the demonstrations and splits them by episode. Throws a fault that names what is wrong. */
export async function buildSamples(
  dataset: Dataset,
  options: SampleOptions,
  openPictures: OpenPictures,
): Promise<Samples> {
  const { spec } = dataset;
  checkCameras(dataset, options.cameras);
  const infos = chooseEpisodes(dataset, options.skipFailures, options.tags);
  const indices = infos.map((i) => i.index);
  const split = splitEpisodes(indices, options.heldOut, options.seed);
  const texts = [...new Set(infos.map((i) => i.task))].sort();
  const tasks = texts.length > 1 ? texts : [];
  const joints = spec.joints.length;
  const environment = options.environment ? spec.environment.length : 0;
  const features = joints + environment + tasks.length;
  const channels = actionNames(spec).length;
  const rows = infos.reduce((sum, info) => sum + info.length, 0);

  const inputs = new Float32Array(rows * features);
  const actions = new Float32Array(rows * channels);
  const hintCount = options.hints ? spec.environment.length : 0;
  const hints = new Float32Array(rows * hintCount);
  const starts = new Int32Array(rows);
  const ends = new Int32Array(rows);
  const train: number[] = [];
  const heldOut: number[] = [];
  let row = 0;
  for (const info of infos) {
    const episode = await dataset.read(info.index);
    checkEpisode(episode, info, spec);
    const target = split.heldOut.includes(info.index) ? heldOut : train;
    const start = row;
    const end = row + episode.rows.length - 1;
    const told = tasks.indexOf(info.task);
    for (const r of episode.rows) {
      inputs.set(r.state, row * features);
      if (environment > 0) inputs.set(r.environment, row * features + joints);
      if (told >= 0) inputs[row * features + joints + environment + told] = 1;
      actions.set(r.action, row * channels);
      if (hintCount > 0) hints.set(r.environment, row * hintCount);
      starts[row] = start;
      ends[row] = end;
      target.push(row++);
    }
  }
  const data = { rows, joints, environment, features, channels, chunk: options.chunk, inputs, actions, starts, ends };
  const drives = findDrives(data, joints);
  const names = actionNames(spec);
  const relativeTo = names.map((name, c) => baseOf(name, drives[c] as Drive, options.actions, spec));
  const raw = spec.joints.some((joint) => joint.unit === 'raw');
  return {
    ...data,
    history: options.history,
    relativeTo,
    driven: spec.joints.map(({ name }, i) => names.includes(name) || drives.some(({ feature }) => feature === i)),
    drives,
    // A picture cannot be shifted with them.
    ...(options.shiftTogether &&
      options.cameras.length === 0 && { groups: groupsOf(data, findCouplings(data, joints + environment), drives) }),
    pictures: await openPictures(dataset, infos, options.cameras),
    cameras: options.cameras,
    hints,
    hintScale: fitScale(train, hintCount, (r, i) => hints[r * hintCount + i] as number, raw),
    train: Int32Array.from(train),
    heldOut: Int32Array.from(heldOut),
    episodes: split,
    task: mostCommon(infos.map((i) => i.task)),
    tasks,
    inputScale: passing(
      fitScale(train, features, (r, i) => inputs[r * features + i] as number, raw),
      joints + environment,
    ),
    targetScale: fitScale(
      train,
      options.chunk * channels,
      (r, i) => targetAt({ ...data, relativeTo }, r, Math.floor(i / channels), i % channels),
      raw,
    ),
  };
}

type Rows = Pick<Samples, 'channels' | 'features' | 'inputs' | 'actions' | 'ends' | 'relativeTo'>;

/** Action `k` steps after `row`; relative channels minus the value at `row`. The episode's last action repeats at its end. */
export function targetAt(data: Rows, row: number, k: number, channel: number): number {
  const then = Math.min(row + k, data.ends[row] as number);
  const action = data.actions[then * data.channels + channel] as number;
  const base = data.relativeTo[channel] ?? null;
  return base === null ? action : action - (data.inputs[row * data.features + base] as number);
}

/**
 * An action that is a joint's goal may be told relative to that joint; any other channel stands for itself. Names say
 * which joint it is, and the data whether it is a goal: a velocity may well be called like the joint it moves.
 */
function baseOf(name: string, drive: Drive, actions: SampleOptions['actions'], spec: DatasetSpec): number | null {
  const at = spec.joints.findIndex((joint) => joint.name === name);
  return actions === 'absolute' || at < 0 || drive.kind === 'motion' ? null : at;
}

function fitScale(rows: readonly number[], size: number, at: (row: number, i: number) => number, raw: boolean) {
  const each = (visit: (value: (i: number) => number) => void): void => {
    for (const r of rows) visit((i) => at(r, i));
  };
  if (!raw) return Normaliser.fit(size, each);
  // In units nobody knows, constant is what varies by less than a ten-thousandth of its own size.
  const largest = new Float64Array(size);
  each((value) => {
    for (let i = 0; i < size; i++) largest[i] = Math.max(largest[i] as number, Math.abs(value(i)));
  });
  return Normaliser.fit(size, each, (i) => Math.max(1e-12, 1e-4 * (largest[i] as number)));
}

/** Features from `from` on are shown as they are. */
const passing = ({ mean, std }: Normaliser, from: number): Normaliser =>
  new Normaliser(
    mean.map((value, i) => (i < from ? value : 0)),
    std.map((value, i) => (i < from ? value : 1)),
  );

function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
