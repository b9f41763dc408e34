import { join } from 'node:path';
import { z } from 'zod';
import type { Files } from './files';
import type { Row } from './parquet';

/**
 * What the list needs of a large episode table in one file, which opens faster than hundreds. It may be deleted at any time: a page whose file does not have the remembered stamp is read itself.
 */
export interface CachedPage {
  readonly stamp: string;
  /** Rows of the episode table without statistics; they are checked as those of the table are. */
  readonly rows: readonly Row[];
}
export type PageCache = ReadonlyMap<string, CachedPage>;

const FILE = '.understudy/index.json';
/** Fewer pages open fast enough. */
export const WORTH = 16;
const MOST = 128 * 2 ** 20;

const page = z.object({ stamp: z.string(), rows: z.array(z.unknown()) });
const schema = z.object({ version: z.literal(1), pages: z.record(z.string(), page) });
const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null && !Array.isArray(row);

export async function readPageCache(files: Files, root: string): Promise<PageCache> {
  const file = join(root, FILE);
  const size = await files.size(file);
  if (size === 0 || size > MOST) return new Map();
  try {
    const { pages } = schema.parse(JSON.parse(new TextDecoder().decode(await files.read(file))));
    return new Map(
      Object.entries(pages).map(([name, { stamp, rows }]): [string, CachedPage] => [
        name,
        { stamp, rows: rows.filter(isRow) },
      ]),
    );
  } catch {
    return new Map();
  }
}

/** Best effort: where it cannot be written, opening is slower and nothing else. */
export async function writePageCache(files: Files, root: string, cache: PageCache): Promise<void> {
  const draft = join(root, `${FILE}.${process.pid}`);
  try {
    await files.mkdir(join(root, '.understudy'));
    await files.write(
      draft,
      new TextEncoder().encode(JSON.stringify({ version: 1, pages: Object.fromEntries(cache) })),
    );
    await files.rename(draft, join(root, FILE));
  } catch {
    await files.remove(draft).catch(() => undefined);
  }
}
