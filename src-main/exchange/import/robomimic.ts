import { basename } from 'node:path';
import { z } from 'zod';
import type { DatasetSpec, EpisodeDraft, EpisodeRow } from '../../core/episode';
import { type Attribute, Hdf5, type Hdf5Array } from './hdf5';
import { encodePictures, type PictureArray, picturesAt } from './hdf5-pictures';
import { broken, checkExtent, even, MAX_CAMERAS, SLAB } from './limits';
import { channel, plainName, plainNames, unnamed } from './names';
import { importedRow } from './row';
import type { ImportOptions, ImportSource, Step } from './types';

/**
 * robomimic: all episodes in one HDF5 file.
 *   /data                 attribute env_args (JSON: env_name, env_kwargs.control_freq)
 *   /data/demo_N          attributes num_samples, ep_meta (JSON: lang)
 *     actions [T, A]      obs/<key> [T, n] or [T, H, W, 3]      rewards [T]   dones [T]   states [T, S]
 *   /mask/<name>          names of the demos that belong to it: kept as labels
 * State: every numeric obs key but `object`, by alphabet; `object` is the task's own state.
 */
const DATA = '/data';
const OBJECT = 'object';
export const ROBOMIMIC_FPS = 20;

export const isRobomimic = (file: Hdf5): boolean =>
  file.kind(DATA) === 'group' && file.names(DATA).some((demo) => file.kind(`${DATA}/${demo}/actions`) === 'array');

const argsSchema = z.looseObject({
  env_name: z.string().max(500).optional(),
  env_kwargs: z.looseObject({ control_freq: z.number().optional(), robots: z.unknown() }).optional(),
});
const metaSchema = z.looseObject({ lang: z.string().trim().min(1).max(500).optional() });

function parsed<T>(text: Attribute, schema: z.ZodType<T>): T | null {
  if (typeof text !== 'string') return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What one demo holds. Keys are those of the file. */
interface Demo {
  readonly state: readonly Hdf5Array[];
  readonly object: Hdf5Array | null;
  readonly cameras: ReadonlyMap<string, PictureArray>;
  readonly left: readonly string[];
  readonly actions: Hdf5Array;
}

function look(file: Hdf5, demo: string): Demo {
  const actions = file.array(`${DATA}/${demo}/actions`);
  const obs = `${DATA}/${demo}/obs`;
  const state: Hdf5Array[] = [];
  const cameras = new Map<string, PictureArray>();
  const left: string[] = [];
  let object: Hdf5Array | null = null;
  for (const key of file.names(obs)) {
    const array = file.maybe(`${obs}/${key}`);
    if (!array) continue;
    const pictures = array.shape.length > 2 ? picturesAt(file, `${obs}/${key}`) : null;
    if (pictures && cameras.size < MAX_CAMERAS) cameras.set(key, pictures);
    else if (array.shape.length > 2) left.push(key);
    else if (key === OBJECT) object = array;
    else state.push(array);
  }
  const states = state.length === 0 ? file.maybe(`${DATA}/${demo}/states`) : null;
  if (states) state.push(states);
  return { actions, state, object, cameras, left };
}

const lastPart = (array: Hdf5Array): string => array.name.split('/').at(-1) ?? '';
const camera = (key: string): string => plainName(key.replace(/_(image|rgb)$/, ''));

export async function openRobomimic(path: string, options: ImportOptions): Promise<ImportSource> {
  const file = await Hdf5.open(path);
  try {
    const demos = file.names(DATA).filter((name) => file.kind(`${DATA}/${name}`) === 'group');
    let first: unknown;
    for (const demo of demos) {
      try {
        return new Robomimic(file, demos, specOf(file, look(file, demo), options), options);
      } catch (error) {
        first ??= error;
      }
    }
    throw first ?? broken(path, 'it has no demonstrations');
  } catch (error) {
    file.close();
    throw error;
  }
}

function specOf(file: Hdf5, demo: Demo, options: ImportOptions): DatasetSpec {
  const args = parsed(file.attribute(DATA, 'env_args'), argsSchema);
  const rate = Math.round(args?.env_kwargs?.control_freq ?? 0);
  const robots = args?.env_kwargs?.robots;
  const robot = (Array.isArray(robots) ? robots : [robots]).filter((name) => typeof name === 'string').join('+');
  const states = demo.state.flatMap((array) => unnamed(array.width, plainName(lastPart(array)).slice(0, 56)));
  checkExtent(file.path, demo.actions.rows, Math.max(states.length, demo.actions.width));
  const names = plainNames(states.map((state) => state.name));
  const keys = [...demo.cameras.keys()];
  const cameras = plainNames(keys.map(camera));
  return {
    robot: (options.robot ?? (robot || 'robomimic')).slice(0, 80),
    joints: names.map((name) => channel(name)),
    action: unnamed(demo.actions.width, 'action'),
    environment: unnamed(demo.object?.width ?? 0, OBJECT).map((value) => value.name),
    fps: options.fps ?? (rate >= 1 && rate <= 1000 ? rate : ROBOMIMIC_FPS),
    cameras: [...demo.cameras.values()].map(({ width, height }, i) => ({
      name: cameras[i] ?? '',
      width: even(width),
      height: even(height),
    })),
  };
}

class Robomimic implements ImportSource {
  readonly kind = 'robomimic-hdf5';
  readonly notes: readonly string[];
  readonly #task: string;
  readonly #masks: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    private readonly file: Hdf5,
    readonly names: readonly string[],
    readonly spec: DatasetSpec,
    private readonly options: ImportOptions,
  ) {
    const args = parsed(file.attribute(DATA, 'env_args'), argsSchema);
    this.#task = options.task ?? args?.env_name?.trim().slice(0, 500) ?? '';
    this.#masks = new Map(file.names('/mask').map((mask) => [mask, new Set(file.texts(`/mask/${mask}`))]));
    this.notes = [
      ...(options.fps || args?.env_kwargs?.control_freq
        ? []
        : [`The file does not say its rate: ${ROBOMIMIC_FPS} rows a second were assumed.`]),
    ];
  }

  async read(index: number, step: Step): Promise<EpisodeDraft> {
    const { file, spec } = this;
    const name = this.names[index] ?? '';
    const where = `${file.path} (${name})`;
    const demo = look(file, name);
    const rows = this.#rows(demo, where);
    const times = rows.map((row) => row.t);
    const pictures = [...demo.cameras.values()];
    if (pictures.length !== spec.cameras.length)
      throw broken(where, `it has ${pictures.length} cameras, not ${spec.cameras.length}`);
    const videos: [string, EpisodeDraft['videos'][string]][] = [];
    for (const [i, { name: slot, width, height }] of spec.cameras.entries()) {
      const track = pictures[i] as PictureArray;
      const plan = { width, height, fps: spec.fps, cameras: pictures.length, times };
      videos.push([slot, await encodePictures(where, track, plan, (s) => step((i + s) / pictures.length))]);
    }
    const meta = parsed(file.attribute(`${DATA}/${name}`, 'ep_meta'), metaSchema);
    const tags = [...this.#masks].filter(([, demos]) => demos.has(name)).map(([mask]) => mask);
    return {
      task: this.options.task ?? meta?.lang ?? (this.#task || basename(file.path)),
      success: this.#success(name),
      tags: tags.filter((tag) => /^[\w.-]{1,40}$/.test(tag)).slice(0, 20),
      recorded: null,
      rows,
      videos: Object.fromEntries(videos),
    };
  }

  #rows({ actions, state, object }: Demo, where: string): EpisodeRow[] {
    const { joints, action = joints, environment, fps } = this.spec;
    const widths = state.reduce((sum, array) => sum + array.width, 0);
    if (widths !== joints.length || actions.width !== action.length || (object?.width ?? 0) !== environment.length)
      throw broken(where, 'its vectors have other lengths than those of the demonstrations before');
    checkExtent(where, actions.rows, widths + actions.width + environment.length);
    const uneven = [...state, ...(object ? [object] : [])].find((array) => array.rows !== actions.rows);
    if (uneven) throw broken(where, `${uneven.name} has ${uneven.rows} rows for ${actions.rows} actions`);
    const parts = state.map((array) => array.vectors());
    const objects = object?.vectors();
    return actions.vectors().map((sent, k) =>
      importedRow(
        k / fps,
        parts.flatMap((part) => part[k] ?? []),
        sent,
        objects?.[k] ?? [],
      ),
    );
  }

  /** A reward of 1 is robomimic's sign of success; where none was given nobody has judged. */
  #success(name: string): boolean | null {
    const rewards = this.file.maybe(`${DATA}/${name}/rewards`);
    if (!rewards || rewards.rows * rewards.width * rewards.size > SLAB) return null;
    return rewards.read(0, rewards.rows).some((reward) => reward >= 1) ? true : null;
  }

  async close(): Promise<void> {
    this.file.close();
  }
}
