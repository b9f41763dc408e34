import { z } from 'zod';

/** What can be done to the episodes of a dataset. Episodes are named by their place; rows by their number. */
const episode = z.number().int().min(0);
const episodes = z.array(episode).min(1).max(100_000);
const row = z.number().int().min(0);

export const TAG = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,39}$/u;
const tag = z.string().regex(TAG, 'a tag has 1 to 40 letters, digits, spaces, "_", "." or "-"');

export const labelSchema = z.object({
  task: z.string().trim().min(1).max(500).optional(),
  success: z.boolean().nullable().optional(),
  /** Replaces all tags. */
  tags: z.array(tag).max(20).optional(),
});

/** What `relabel` changes. `tags` replaces all; `addTags` and `removeTags` leave the others, for episodes that differ. */
export const relabelSchema = labelSchema.extend({
  addTags: z.array(tag).max(20).optional(),
  removeTags: z.array(tag).max(20).optional(),
});

/** The tags of an episode after a relabel: sorted, without repeats. */
export function tagsAfter(before: readonly string[], label: z.infer<typeof relabelSchema>): readonly string[] {
  const { tags = before, addTags = [], removeTags = [] } = label;
  return [...new Set([...tags, ...addTags])].filter((t) => !removeTags.includes(t)).sort();
}

export const editSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('relabel'), episodes, label: relabelSchema }),
  /** To the trash. */
  z.object({ kind: z.literal('remove'), episodes }),
  /** Keeps rows `from` … `to` - 1; the whole episode stays in the trash until that is emptied. */
  z.object({ kind: z.literal('trim'), episode, from: row, to: row }),
  /** Cuts before each of these rows. */
  z.object({ kind: z.literal('split'), episode, at: z.array(row.min(1)).min(1).max(100) }),
  /** Joins them in this order, at the place of the first. */
  z.object({ kind: z.literal('merge'), episodes: episodes.min(2) }),
  /** Brings episodes back from the trash, to the end. */
  z.object({ kind: z.literal('restore'), ids: z.array(z.string().regex(/^[a-z0-9-]{1,80}$/)).min(1) }),
]);
export type Edit = z.infer<typeof editSchema>;
export type EpisodeLabel = z.infer<typeof labelSchema>;
