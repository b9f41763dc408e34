import { z } from 'zod';
import { fault } from '../core/fault';
import { corrupt } from './errors';
import { fill, INFO, inside, place } from './layout';

/** `meta/info.json` of a LeRobot dataset, with our own `understudy` part, which LeRobot ignores. */
const count = z.number().int().min(0).max(1e9);
export const name = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, "_", "-" and "." only');
const channel = z.object({ name, unit: z.enum(['rad', 'm', 'ratio', 'raw']) });
const featureSchema = z.looseObject({
  dtype: z.string().max(32),
  shape: z.array(z.number().int().min(1).max(65_536)).min(1).max(5),
  names: z.unknown(),
});
export type Feature = z.infer<typeof featureSchema>;
const infoSchema = z.looseObject({
  codebase_version: z.string(),
  robot_type: z.string().max(80).nullable().default(null),
  fps: z.number().int().min(1).max(1000),
  total_episodes: count,
  total_frames: count,
  total_tasks: count,
  chunks_size: z.number().int().min(1).max(1e6).default(1000),
  data_path: z.string().min(1).max(200),
  video_path: z.string().min(1).max(200).nullable().default(null),
  features: z
    .record(z.string().min(1).max(120), featureSchema)
    .refine((all) => Object.keys(all).length <= 512, 'more than 512 features'),
  understudy: z
    .looseObject({
      version: z.literal(1),
      joints: z.array(channel).min(1).max(256),
      action: z.array(channel).min(1).max(256).optional(),
      environment: z.array(name).max(4096),
    })
    .optional(),
});
export type Info = z.infer<typeof infoSchema>;

export const withTotals = (info: Info, totals: { episodes: number; frames: number; tasks: number }): Info => ({
  ...info,
  total_episodes: totals.episodes,
  total_frames: totals.frames,
  total_tasks: totals.tasks,
  splits: totals.episodes > 0 ? { train: `0:${totals.episodes}` } : {},
});

/** Versions whose folders can be opened; the older ones only to be read. */
const READABLE = ['v3.0', 'v2.1', 'v2.0'];

export function parseInfo(text: string, root: string): Info {
  let parsed: ReturnType<typeof infoSchema.safeParse>;
  try {
    parsed = infoSchema.safeParse(JSON.parse(text));
  } catch (error) {
    throw corrupt(`${root}/${INFO}`, 'it is not JSON', error);
  }
  if (!parsed.success) throw corrupt(`${root}/${INFO}`, z.prettifyError(parsed.error));
  const info = parsed.data;
  const version = info.codebase_version;
  if (!READABLE.includes(version)) {
    throw fault(
      'incompatible',
      `${root} is a LeRobot dataset of version ${version.slice(0, 20)}; this program reads ${READABLE.join(', ')}`,
      'Convert a copy of it with LeRobot, then open that.',
    );
  }
  for (const key of Object.keys(info.features)) {
    if (/[/\\]|\.\./.test(key)) throw corrupt(`${root}/${INFO}`, `its feature "${key}" cannot be part of a path`);
  }
  inside(root, fill(info.data_path, place(0)));
  if (info.video_path) inside(root, fill(info.video_path, place(0), 'observation.images.x'));
  return info;
}
