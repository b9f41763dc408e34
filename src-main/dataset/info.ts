import { z } from 'zod';
import type { DatasetSpec } from '../core/episode';
import { fault } from '../core/fault';
import { corrupt } from './errors';
import { CHUNK, DATA_PATH, fill, INFO, inside, place, VIDEO_PATH, videoKey } from './layout';
import { takenKey } from './table';
import { featureName } from './units';

/** `meta/info.json` of a LeRobot v3.0 dataset, with our own `understudy` part, which LeRobot ignores. */
const count = z.number().int().min(0).max(1e9);
const name = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, "_", "-" and "." only');
const joint = z.object({ name, unit: z.enum(['rad', 'm', 'ratio']) });
const featureSchema = z.looseObject({
  dtype: z.string().max(32),
  shape: z.array(z.number().int().min(1).max(65_536)).min(1).max(4),
  names: z.unknown(),
});
const infoSchema = z.looseObject({
  codebase_version: z.string(),
  robot_type: z.string().nullable(),
  fps: z.number().int().min(1).max(1000),
  total_episodes: count,
  total_frames: count,
  total_tasks: count,
  data_path: z.string().min(1).max(200),
  video_path: z.string().min(1).max(200).nullable(),
  features: z.record(z.string(), featureSchema),
  understudy: z
    .looseObject({
      version: z.literal(1),
      joints: z.array(joint).min(1).max(256),
      environment: z.array(name).max(4096),
    })
    .optional(),
});
export type Info = z.infer<typeof infoSchema>;

const specSchema = z.object({
  robot: z.string().min(1).max(80),
  joints: z.array(joint).min(1).max(256),
  environment: z.array(name).max(4096),
  fps: z.number().int().min(1).max(1000),
  cameras: z
    .array(z.object({ name, width: z.number().int().min(1).max(8192), height: z.number().int().min(1).max(8192) }))
    .max(16),
});

export function checkSpec(spec: DatasetSpec): void {
  const parsed = specSchema.safeParse(spec);
  const names = [spec.joints, spec.cameras].map((list) => list.map((item) => item.name));
  const twice = names.some((list) => new Set(list).size < list.length);
  if (parsed.success && !twice) return;
  const why = parsed.success ? 'a name is used twice' : z.prettifyError(parsed.error);
  throw fault('bad-input', `This dataset cannot be made: ${why}`, 'Correct the robot, rate or cameras and try again.');
}

const scalar = (dtype: string) => ({ dtype, shape: [1], names: null });
const vector = (names: readonly string[]) => ({ dtype: 'float32', shape: [names.length], names: [...names] });

/** Every column of the data files and every video, as LeRobot wants them declared. */
function features(spec: DatasetSpec): Info['features'] {
  const joints = spec.joints.map((j) => featureName(j.name));
  const cameras = spec.cameras.map((camera) => [
    videoKey(camera.name),
    {
      dtype: 'video',
      shape: [camera.height, camera.width, 3],
      names: ['height', 'width', 'channels'],
      info: {
        'video.height': camera.height,
        'video.width': camera.width,
        'video.codec': 'h264',
        'video.pix_fmt': 'yuv420p',
        'video.is_depth_map': false,
        'video.fps': spec.fps,
        'video.channels': 3,
        has_audio: false,
      },
    },
  ]);
  return {
    'observation.state': vector(joints),
    action: vector(joints),
    ...(spec.environment.length > 0 && { 'observation.environment_state': vector(spec.environment) }),
    ...Object.fromEntries(cameras),
    'next.success': scalar('bool'),
    'understudy.time': scalar('float64'),
    'understudy.asked': vector(joints),
    'understudy.intervention': scalar('bool'),
    'understudy.pilot': scalar('string'),
    ...Object.fromEntries(spec.cameras.map((camera) => [takenKey(camera.name), scalar('float64')])),
    timestamp: scalar('float32'),
    frame_index: scalar('int64'),
    episode_index: scalar('int64'),
    index: scalar('int64'),
    task_index: scalar('int64'),
  };
}

export function newInfo(spec: DatasetSpec): Info {
  return {
    codebase_version: 'v3.0',
    robot_type: spec.robot,
    total_episodes: 0,
    total_frames: 0,
    total_tasks: 0,
    chunks_size: CHUNK,
    data_files_size_in_mb: 100,
    video_files_size_in_mb: 200,
    fps: spec.fps,
    splits: {},
    data_path: DATA_PATH,
    video_path: spec.cameras.length > 0 ? VIDEO_PATH : null,
    features: features(spec),
    understudy: { version: 1, joints: [...spec.joints], environment: [...spec.environment] },
  };
}

export const withTotals = (info: Info, totals: { episodes: number; frames: number; tasks: number }): Info => ({
  ...info,
  total_episodes: totals.episodes,
  total_frames: totals.frames,
  total_tasks: totals.tasks,
  splits: totals.episodes > 0 ? { train: `0:${totals.episodes}` } : {},
});

export function parseInfo(text: string, root: string): Info {
  let parsed: ReturnType<typeof infoSchema.safeParse>;
  try {
    parsed = infoSchema.safeParse(JSON.parse(text));
  } catch (error) {
    throw corrupt(`${root}/${INFO}`, 'it is not JSON', error);
  }
  if (!parsed.success) throw corrupt(`${root}/${INFO}`, z.prettifyError(parsed.error));
  const version = parsed.data.codebase_version;
  if (version !== 'v3.0') {
    throw fault(
      'incompatible',
      `${root} is a LeRobot dataset of version ${version.slice(0, 20)}; this program reads v3.0`,
      'Convert a copy of it with LeRobot (lerobot.scripts.convert_dataset_v21_to_v30), then open that.',
    );
  }
  inside(root, fill(parsed.data.data_path, place(0)));
  if (parsed.data.video_path) inside(root, fill(parsed.data.video_path, place(0), 'observation.images.x'));
  return parsed.data;
}

/** What the dataset holds. Refuses a folder that this program did not make: its units are unknown. */
export function specOf(info: Info, root: string): DatasetSpec {
  const own = info.understudy;
  if (!own) {
    throw fault(
      'incompatible',
      `${root} was recorded by another program, and the units of its joints are not written in it`,
      'Open a dataset recorded with Understudy, or record a new one.',
    );
  }
  const spec: DatasetSpec = {
    robot: info.robot_type ?? 'unknown',
    joints: own.joints,
    environment: own.environment,
    fps: info.fps,
    cameras: Object.entries(info.features)
      .filter(([, feature]) => feature.dtype === 'video')
      .map(([key, { shape }]) => ({
        name: key.replace(/^observation\.images\./, ''),
        width: shape[1] ?? 0,
        height: shape[0] ?? 0,
      })),
  };
  const parsed = specSchema.safeParse(spec);
  if (!parsed.success) throw corrupt(`${root}/${INFO}`, z.prettifyError(parsed.error));
  for (const [key, wanted] of Object.entries(features(spec))) {
    const found = info.features[key];
    if (!found || found.dtype !== wanted.dtype || String(found.shape) !== String(wanted.shape)) {
      throw corrupt(`${root}/${INFO}`, `feature ${key} should be ${wanted.dtype} of shape [${wanted.shape}]`);
    }
  }
  return spec;
}
