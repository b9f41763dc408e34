import { join } from 'node:path';
import { z } from 'zod';
import type { TrashEntry } from '../core/episode';
import { codeOf, type Files } from './files';
import { TRASH } from './layout';
import { type EpisodeRecord, ID } from './record';
import { parseStats, type Stats, statsJson } from './stats';
import type { Store } from './store';

/**
 * `.trash/<key>/` holds an episode that was removed or replaced: its rows, labels and statistics. Its videos stay where
 * they are while an episode of the list shows a part of the same file, and lie in `.trash/_kept/` under the same path
 * otherwise; nobody needs to remember which.
 */
export interface TrashItem {
  readonly key: string;
  readonly reason: TrashEntry['reason'];
  /** ISO time. */
  readonly removed: string;
  readonly record: EpisodeRecord;
}
export type Trash = ReadonlyMap<string, TrashItem>;

export const trashFolder = (key: string): string => `${TRASH}/${key}`;
export const trashData = (key: string): string => `${TRASH}/${key}/data.parquet`;
const trashLabels = (key: string): string => `${TRASH}/${key}/episode.json`;
/** Where a video waits that no episode of the list shows. */
export const kept = (path: string): string => `${TRASH}/_kept/${path}`;

const index = z.number().int().min(0).max(1e9);
const clip = z.object({ chunk: index, file: index, from: z.number().min(0), to: z.number().positive() });
const entrySchema = z.object({
  version: z.literal(2),
  reason: z.enum(['remove', 'trim', 'split', 'merge']),
  removed: z.string().max(40),
  episode: z.object({
    id: z.string().regex(ID),
    task: z.string(),
    success: z.boolean().nullable(),
    tags: z.array(z.string()),
    recorded: z.string().nullable(),
    length: index.min(1),
    pilots: z.array(z.string()),
    interventions: index,
    data: z.object({ chunk: index, file: index }),
    videos: z.record(z.string(), clip),
  }),
});

export function stageLabels(
  change: { stage(to: string, data: Uint8Array): Promise<void> },
  item: TrashItem,
  stats: Stats,
): Promise<void> {
  const { key, reason, removed, record: episode } = item;
  const text = JSON.stringify({ version: 2, reason, removed, episode, stats: JSON.parse(statsJson(stats)) });
  return change.stage(trashLabels(key), new TextEncoder().encode(text));
}

/** How many entries there are, without reading them. */
export const trashCount = async (files: Files, root: string): Promise<number> =>
  (await files.list(join(root, TRASH))).filter((name) => ID.test(name)).length;

/** Everything in the trash, by key. Folders that are not of this kind are left alone. */
export async function readTrash(files: Files, root: string): Promise<Trash> {
  const items = new Map<string, TrashItem>();
  for (const key of (await files.list(join(root, TRASH))).filter((name) => ID.test(name))) {
    const json = await readEntry(files, root, key);
    const parsed = entrySchema.safeParse(json);
    if (!parsed.success) continue;
    const { reason, removed, episode } = parsed.data;
    items.set(key, { key, reason, removed, record: episode });
  }
  return items;
}

async function readEntry(files: Files, root: string, key: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await files.read(join(root, trashLabels(key)))));
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The statistics that an entry was removed with. */
export async function trashStats(files: Files, root: string, key: string): Promise<Stats> {
  const parsed = z.looseObject({ stats: z.unknown() }).safeParse(await readEntry(files, root, key));
  return (parsed.success && parseStats(JSON.stringify(parsed.data.stats))) || {};
}

/** Its videos: one text for each file. */
export const filesOf = (store: Store, { videos }: EpisodeRecord): string[] =>
  Object.entries(videos).map(([camera, at]) => store.videoPath(camera, at));

/** What a person sees of the trash; a video that several entries need is shared between them. */
export async function trashEntries(store: Store, trash: Trash): Promise<TrashEntry[]> {
  const users = new Map<string, number>();
  for (const { record } of trash.values())
    for (const path of filesOf(store, record)) users.set(path, (users.get(path) ?? 0) + 1);
  const { files } = store;
  const entries: TrashEntry[] = [];
  for (const { key, reason, removed, record } of trash.values()) {
    const videos = filesOf(store, record).map(
      async (path) => (await files.size(store.absolute(kept(path)))) / (users.get(path) ?? 1),
    );
    const sizes = await Promise.all([files.size(store.absolute(trashData(key))), ...videos]);
    const bytes = Math.round(sizes.reduce((a, b) => a + b, 0));
    entries.push({
      id: key,
      task: record.task,
      success: record.success,
      length: record.length,
      removed,
      reason,
      bytes,
    });
  }
  return entries.sort((a, b) => (a.removed < b.removed ? 1 : a.removed > b.removed ? -1 : 0));
}
