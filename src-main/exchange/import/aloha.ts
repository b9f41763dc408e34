import { basename, dirname } from 'node:path';
import type { Channel, DatasetSpec, EpisodeDraft, EpisodeRow } from '../../core/episode';
import { Hdf5 } from './hdf5';
import { encodePictures, type PictureArray, picturesAt } from './hdf5-pictures';
import { broken, checkExtent, even, MAX_CAMERAS } from './limits';
import { channel, plainNames, taskFrom, unnamed } from './names';
import { importedRow } from './row';
import type { ImportOptions, ImportSource, Step } from './types';

/**
 * ALOHA and ACT: one HDF5 file an episode. Layout after the recorder of `tonyzhaozh/act` and `mobile-aloha`:
 *   /observations/qpos [T, 14]   /observations/images/<camera> [T, H, W, 3] or JPEG bytes [T, L]
 *   /action [T, 14]              /base_action [T, 2] (mobile)             attributes sim, compress
 */
const QPOS = '/observations/qpos';
const IMAGES = '/observations/images';
const ACTION = '/action';
const BASE = '/base_action';
export const ALOHA_FPS = 50;

const ARM = ['waist', 'shoulder', 'elbow', 'forearm_roll', 'wrist_angle', 'wrist_rotate', 'gripper'];
const arm = (side: string): Channel[] => ARM.map((name) => channel(side + name, name === 'gripper' ? 'ratio' : 'rad'));

/** Six joints in radians and a gripper (0–1) an arm; numbers of unknown meaning for another count. */
function joints(count: number): Channel[] {
  if (count === 14) return [...arm('left_'), ...arm('right_')];
  return count === 7 ? arm('') : unnamed(count);
}

export const isAloha = (file: Hdf5): boolean => file.kind(QPOS) === 'array' && file.kind(ACTION) === 'array';

interface Cameras {
  readonly found: ReadonlyMap<string, PictureArray>;
  readonly left: readonly string[];
}

function cameras(file: Hdf5): Cameras {
  const keys = file.names(IMAGES);
  const names = plainNames(keys);
  const pictures = keys.map((key, i) => [names[i] ?? key, picturesAt(file, `${IMAGES}/${key}`)] as const);
  const found = pictures.flatMap(([name, p]) => (p ? [[name, p] as const] : [])).slice(0, MAX_CAMERAS);
  return { found: new Map(found), left: names.filter((name) => !found.some(([kept]) => kept === name)) };
}

function look(path: string, file: Hdf5, options: ImportOptions): { spec: DatasetSpec; notes: string[] } {
  const qpos = file.array(QPOS);
  const action = file.array(ACTION);
  const base = file.maybe(BASE);
  checkExtent(path, qpos.rows, qpos.width + action.width);
  const { found, left } = cameras(file);
  const state = joints(qpos.width);
  const driven = action.width === qpos.width ? state : joints(action.width);
  const wheels = base ? plainNames(unnamed(base.width, 'base').map((c) => c.name)).map((name) => channel(name)) : [];
  const simulated = file.attribute('/', 'sim');
  const spec: DatasetSpec = {
    robot: options.robot ?? (simulated === true || simulated === 1 ? 'aloha-sim' : 'aloha'),
    joints: state,
    ...((base || driven !== state) && { action: [...driven, ...wheels] }),
    environment: [],
    fps: options.fps ?? ALOHA_FPS,
    cameras: [...found].map(([name, p]) => ({ name, width: even(p.width), height: even(p.height) })),
  };
  const odd = [...found].filter(([, p]) => p.width % 2 === 1 || p.height % 2 === 1).map(([name]) => name);
  return {
    spec,
    notes: [
      ...(options.fps ? [] : [`ALOHA files do not say their rate: ${ALOHA_FPS} rows a second were assumed.`]),
      ...(left.length > 0 ? [`Left out, since they are not colour pictures: ${left.join(', ')}.`] : []),
      ...(odd.length > 0 ? [`The last column or row of pictures of odd size was cut off: ${odd.join(', ')}.`] : []),
      ...(file.kind('/observations/qvel') ? ['Joint speeds and efforts (qvel, effort) were left out.'] : []),
    ],
  };
}

/** `files`: absolute paths, in order. */
export async function openAloha(files: readonly string[], options: ImportOptions): Promise<ImportSource> {
  let first: unknown;
  for (const path of files) {
    try {
      const file = await Hdf5.open(path);
      try {
        const { spec, notes } = look(path, file, options);
        return new Aloha(files, spec, notes, options);
      } finally {
        file.close();
      }
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

class Aloha implements ImportSource {
  readonly kind = 'aloha-hdf5';
  readonly names: readonly string[];

  constructor(
    private readonly files: readonly string[],
    readonly spec: DatasetSpec,
    readonly notes: readonly string[],
    private readonly options: ImportOptions,
  ) {
    this.names = files.map((file) => basename(file));
  }

  async read(index: number, step: Step): Promise<EpisodeDraft> {
    const path = this.files[index] ?? '';
    const file = await Hdf5.open(path);
    try {
      const { spec } = this;
      const rows = this.#rows(file);
      const { found } = cameras(file);
      const videos: [string, EpisodeDraft['videos'][string]][] = [];
      const times = rows.map((row) => row.t);
      for (const [i, { name, width, height }] of spec.cameras.entries()) {
        const pictures = found.get(name);
        if (!pictures) throw broken(path, `it has no pictures of ${name}`);
        const plan = { width, height, fps: spec.fps, cameras: spec.cameras.length, times };
        const share = (s: number) => step((i + s) / spec.cameras.length);
        videos.push([name, await encodePictures(path, pictures, plan, share)]);
      }
      const task = this.options.task ?? taskFrom(this.files.length > 1 ? dirname(path) : path);
      return { task, success: null, recorded: null, rows, videos: Object.fromEntries(videos) };
    } finally {
      file.close();
    }
  }

  /** Each episode opens its own file. */
  async close(): Promise<void> {}

  #rows(file: Hdf5): EpisodeRow[] {
    const qpos = file.array(QPOS);
    const action = file.array(ACTION);
    const base = file.maybe(BASE);
    const { joints: state, action: driven = state, fps } = this.spec;
    for (const array of [action, ...(base ? [base] : [])]) {
      if (array.rows !== qpos.rows)
        throw broken(file.path, `${array.name} has ${array.rows} rows, ${QPOS} has ${qpos.rows}`);
    }
    checkExtent(file.path, qpos.rows, qpos.width + action.width);
    if (qpos.width !== state.length || action.width + (base?.width ?? 0) !== driven.length)
      throw broken(file.path, `its vectors have ${qpos.width} and ${action.width} values, those before had others`);
    const wheels = base?.vectors();
    const states = qpos.vectors();
    return action.vectors().map((values, k) => {
      const sent = wheels ? [...values, ...(wheels[k] ?? [])] : values;
      return importedRow(k / fps, states[k] ?? [], sent, []);
    });
  }
}
