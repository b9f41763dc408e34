import { z } from 'zod';

/** "What it learned": what the process that looks at a policy is asked, and what it answers. */

const index = z.number().int().min(0);
const id = z.number().int().min(0);
const folder = z.string().min(1);
const number = z.number().or(z.nan());
const channels = z.array(z.array(number));
const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const insightEpisodeSchema = z.object({
  index,
  task: z.string(),
  success: z.boolean().nullable(),
  /** Seconds. */
  duration: z.number(),
  /** `unknown`: recorded since, left out, or of another dataset. */
  use: z.enum(['held-out', 'trained-on', 'unknown']),
});
export type InsightEpisode = z.infer<typeof insightEpisodeSchema>;

/** Demonstrations that a policy can be compared with, those it never saw first. */
export const insightListSchema = z.object({
  dataset: z.string(),
  episodes: z.array(insightEpisodeSchema),
  /** Something a person should know, such as that the dataset was changed since. */
  notice: z.string().nullable(),
});
export type InsightList = z.infer<typeof insightListSchema>;

/** One picture as the policy saw it, and how much its actions depend on each part of it. */
const lookSchema = z.object({
  camera: z.string(),
  /** Row of the episode, and seconds since its first. */
  row: index,
  time: z.number(),
  width: index,
  height: index,
  /** height × width × 3. */
  picture: bytes,
  columns: index,
  rows: index,
  /** rows × columns, 0..1: for all action channels together, and for each alone (empty when there are very many). */
  map: floats,
  maps: z.array(floats),
});
export type Look = z.infer<typeof lookSchema>;

export const insightSchema = z.object({
  episode: index,
  /** Action channels with their units. */
  channels: z.array(z.object({ name: z.string(), unit: z.enum(['rad', 'ratio', 'm', 'raw']) })),
  /** Seconds of each point since the first; points are every row, or every few of a very long episode. */
  time: z.array(z.number()),
  /** Channels × points. */
  demonstrated: channels,
  predicted: channels,
  /** Mean absolute error of each channel over all rows. */
  errors: z.array(number),
  looks: z.array(lookSchema),
  /** Why there are no maps of a policy that looks at pictures; null when there are, or when it sees none. */
  blind: z.string().nullable(),
});
export type Insight = z.infer<typeof insightSchema>;

const about = {
  id,
  policy: folder,
  /** Null: the one it was trained on. */
  dataset: folder.nullable(),
};
export const toInsightSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('episodes'), ...about }),
  /** Ends a comparison under way. */
  z.object({ type: z.literal('compare'), ...about, episode: index }),
]);
export type ToInsight = z.infer<typeof toInsightSchema>;

const faultSchema = z.object({ kind: z.string(), message: z.string(), tip: z.string() });
export const fromInsightSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('episodes'), id, list: insightListSchema }),
  z.object({ type: z.literal('insight'), id, insight: insightSchema }),
  z.object({ type: z.literal('failed'), id, fault: faultSchema }),
]);
export type FromInsight = z.infer<typeof fromInsightSchema>;
