import { z } from 'zod';
import type { Channel, DatasetSpec } from '../core/episode';
import { fault } from '../core/fault';
import { corrupt } from './errors';
import { type Feature, type Info, name } from './info';
import { INFO } from './layout';
import { OPTIONAL, ownFeatures } from './own';

/** What a dataset holds, from its info.json: as we wrote it, or as far as can be told of another program's. */
const channel = z.object({ name, unit: z.enum(['rad', 'm', 'ratio', 'raw']) });
const channels = z.array(channel).min(1).max(256);
const specSchema = z.object({
  robot: z.string().min(1).max(80),
  joints: channels,
  action: channels.optional(),
  environment: z.array(name).max(4096),
  fps: z.number().int().min(1).max(1000),
  cameras: z
    .array(z.object({ name, width: z.number().int().min(1).max(8192), height: z.number().int().min(1).max(8192) }))
    .max(16),
});

export function checkSpec(spec: DatasetSpec): void {
  const parsed = specSchema.safeParse(spec);
  const lists = [spec.joints, spec.action ?? [], spec.cameras].map((list) => list.map((item) => item.name));
  const twice = lists.some((list) => new Set(list).size < list.length);
  if (parsed.success && !twice) return;
  const why = parsed.success ? 'a name is used twice' : z.prettifyError(parsed.error);
  throw fault('bad-input', `This dataset cannot be made: ${why}`, 'Correct the robot, rate or cameras and try again.');
}

const IMAGES = /^observation\.images?\./;

/** Its video streams. `dtype: image` columns are not among them: their pictures lie in the tables. */
const cameras = (info: Info): DatasetSpec['cameras'] =>
  Object.entries(info.features)
    .filter(([, feature]) => feature.dtype === 'video')
    .map(([key, { shape, names }]) => {
      const first = Array.isArray(names) ? /channel/.test(String(names[0])) : false;
      const [height, width] = first ? shape.slice(1) : shape;
      return { name: key.replace(IMAGES, ''), width: width ?? 0, height: height ?? 0 };
    });

/** The feature of a camera: `observation.images.<name>`, or what another program called it. */
export function videoKeys(info: Info): Readonly<Record<string, string>> {
  const keys = Object.entries(info.features).filter(([, feature]) => feature.dtype === 'video');
  return Object.fromEntries(keys.map(([key]) => [key.replace(IMAGES, ''), key]));
}

export function specOf(info: Info, root: string): DatasetSpec {
  const { understudy: own } = info;
  const shared = { robot: info.robot_type || 'unknown', fps: info.fps, cameras: cameras(info) };
  const spec: DatasetSpec = own
    ? { ...shared, joints: own.joints, ...(own.action && { action: own.action }), environment: own.environment }
    : { ...shared, ...foreign(info, root) };
  const parsed = specSchema.safeParse(spec);
  if (!parsed.success) throw corrupt(`${root}/${INFO}`, z.prettifyError(parsed.error));
  if (own) checkOwn(info, spec, root);
  return spec;
}

function checkOwn(info: Info, spec: DatasetSpec, root: string): void {
  for (const [key, wanted] of Object.entries(ownFeatures(spec))) {
    const found = info.features[key];
    if (!found && OPTIONAL.has(key)) continue;
    if (!found || found.dtype !== wanted.dtype || String(found.shape) !== String(wanted.shape)) {
      throw corrupt(`${root}/${INFO}`, `feature ${key} should be ${wanted.dtype} of shape [${wanted.shape}]`);
    }
  }
}

/** The units of another program's channels are written nowhere: they stay as they are. */
function foreign(info: Info, root: string): Pick<DatasetSpec, 'joints' | 'action' | 'environment'> {
  const joints = channelsOf(info.features['observation.state'], 'state');
  const action = channelsOf(info.features.action, 'action');
  const environment = channelsOf(info.features['observation.environment_state'], 'environment');
  const missing = joints ? (action ? null : 'action') : 'observation.state';
  if (!joints || !action) {
    throw fault(
      'incompatible',
      `${root} has no feature ${missing} that is a list of numbers`,
      'Open a dataset with observation.state and action, each a list of numbers.',
    );
  }
  const names = (environment ?? []).map((value) => value.name);
  return String(joints.map((j) => j.name)) === String(action.map((a) => a.name))
    ? { joints, environment: names }
    : { joints, action, environment: names };
}

function channelsOf(feature: Feature | undefined, what: string): Channel[] | null {
  if (feature?.shape.length !== 1 || !/^(float|int|uint)\d+$/.test(feature.dtype)) return null;
  const given = flatNames(feature.names);
  const seen = new Set<string>();
  return Array.from({ length: feature.shape[0] ?? 0 }, (_, i) => {
    const clean = (given[i] ?? '').replace(/\.pos$/, '').replace(/[^\w.-]/g, '_');
    const base = clean.slice(0, 60) || `${what}_${i}`;
    const unique = seen.has(base) ? `${base}_${i}` : base;
    seen.add(unique);
    return { name: unique, unit: 'raw' };
  });
}

/** A list of names, or LeRobot's older `{ motors: […] }`. */
function flatNames(names: unknown): string[] {
  if (Array.isArray(names)) return names.map(String);
  if (typeof names !== 'object' || names === null) return [];
  return Object.values(names).flatMap((value) => (Array.isArray(value) ? value.map(String) : []));
}
