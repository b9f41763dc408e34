import type { DatasetSpec } from '../core/episode';
import type { Info } from './info';
import { CHUNK, DATA_PATH, VIDEO_PATH, videoKey } from './layout';
import { featureName } from './units';

/** What we declare in the info.json of a dataset that we make. */
const scalar = (dtype: string) => ({ dtype, shape: [1], names: null });
const vector = (names: readonly string[]) => ({ dtype: 'float32', shape: [names.length], names: [...names] });

/** When a camera's picture was really taken, on the clock of `understudy.time`. */
export const takenKey = (camera: string): string => `understudy.taken.${camera}`;

/** Columns that datasets made by an earlier version lack. */
export const OPTIONAL: ReadonlySet<string> = new Set(['understudy.clamped']);

/** Every column of the data files and every video, as LeRobot wants them declared. */
export function ownFeatures(spec: DatasetSpec): Info['features'] {
  const joints = spec.joints.map(featureName);
  const action = (spec.action ?? spec.joints).map(featureName);
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
    action: vector(action),
    ...(spec.environment.length > 0 && { 'observation.environment_state': vector(spec.environment) }),
    ...Object.fromEntries(cameras),
    'next.success': scalar('bool'),
    'understudy.time': scalar('float64'),
    'understudy.asked': vector(action),
    'understudy.intervention': scalar('bool'),
    'understudy.pilot': scalar('string'),
    'understudy.clamped': scalar('string'),
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
    features: ownFeatures(spec),
    understudy: {
      version: 1,
      joints: [...spec.joints],
      ...(spec.action && { action: [...spec.action] }),
      environment: [...spec.environment],
    },
  };
}
