import { join } from 'node:path';
import { corrupt } from './errors';
import type { Files } from './files';
import { EPISODES, episodesFile, PAGE } from './layout';
import { type CachedPage, readPageCache, WORTH, writePageCache } from './page-cache';
import { type Row, readTable } from './parquet';
import { type EpisodeRecord, freeId, OWN_COLUMNS, parseRecord } from './record';
import { type Stats, statsFromRow } from './stats';

/** One file of the episode table. */
export interface Page {
  /** Relative to the dataset. */
  readonly file: string;
  /** Number of its first episode. */
  readonly first: number;
  readonly count: number;
}

export interface EpisodeTable {
  readonly records: readonly EpisodeRecord[];
  readonly pages: readonly Page[];
  /** Whether every page is as we write it; otherwise the next change writes them all anew. */
  readonly own: boolean;
}

/** Reads what the list needs of the episode table; statistics stay on disk. `keys`: the video feature of each camera. */
export async function readEpisodes(
  files: Files,
  root: string,
  keys: Readonly<Record<string, string>>,
): Promise<EpisodeTable> {
  const records: EpisodeRecord[] = [];
  const pages: Page[] = [];
  const ids = new Set<string>();
  let own = true;
  let from = 0;
  const found = await pageFiles(files, root);
  const cache = found.length < WORTH ? new Map<string, CachedPage>() : await readPageCache(files, root);
  const fresh = new Map<string, CachedPage>();
  const stamps = await Promise.all(found.map((file) => files.stamp(join(root, file))));
  let missed = 0;
  for (const [n, file] of found.entries()) {
    const first = records.length;
    if (file !== episodesFile(pages.length) || first !== pages.length * PAGE) own = false;
    const path = join(root, file);
    const stamp = stamps[n] ?? '';
    const known = cache.get(file);
    const cached = known?.stamp === stamp;
    if (!cached) missed++;
    const rows = cached ? known.rows : await readTable(files, path, { columns: (name) => !name.startsWith('stats/') });
    fresh.set(file, { stamp, rows });
    for (const row of rows) {
      const record = parseRecord(row, records.length, from, keys, path);
      if (OWN_COLUMNS.some((column) => !(column in row))) own = false;
      const id = freeId(record.id, (other) => ids.has(other));
      ids.add(id);
      from += record.length;
      records.push(id === record.id ? record : { ...record, id });
    }
    pages.push({ file, first, count: records.length - first });
  }
  if (records.length > PAGE * pages.length) own = false;
  if (missed >= WORTH) await writePageCache(files, root, fresh);
  return { records, pages, own };
}

async function pageFiles(files: Files, root: string): Promise<string[]> {
  const found: string[] = [];
  for (const chunk of await files.list(join(root, EPISODES))) {
    if (!/^chunk-\d{1,9}$/.test(chunk)) continue;
    for (const file of await files.list(join(root, EPISODES, chunk)))
      if (/^file-\d{1,9}\.parquet$/.test(file)) found.push(`${EPISODES}/${chunk}/${file}`);
  }
  return found;
}

/** The statistics of a page's episodes, in their order. */
export async function pageStats(files: Files, root: string, page: Page): Promise<Stats[]> {
  const path = join(root, page.file);
  const rows = await readTable(files, path, { columns: (name) => name.startsWith('stats/') });
  if (rows.length !== page.count && rows.length > 0) throw corrupt(path, `it holds ${rows.length} episodes`);
  const features = featuresIn(rows[0]);
  return Array.from({ length: page.count }, (_, k) => statsFromRow(rows[k] ?? {}, features));
}

const featuresIn = (row: Row = {}): string[] => [
  ...new Set(Object.keys(row).map((name) => name.slice('stats/'.length, name.lastIndexOf('/')))),
];
