import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type EpisodeMeasure, measureSchema } from './measure';
import type { Sizes } from './rows/motion';

/** Goes up when a figure's definition changes: what was measured before is then measured again. */
const VERSION = 1;
/** A file larger than this is not ours, bytes. */
const LARGEST = 256 * 1024 * 1024;
/** Entries parsed between two pauses. */
const PIECE = 200;

export const qualityFile = (folder: string): string => join(folder, '.understudy', 'quality.json');

const sizesSchema = z.object({
  state: z.array(z.number().positive()).max(4096),
  action: z.array(z.number().positive()).max(4096),
});
const fileSchema = z.object({
  version: z.literal(VERSION),
  /** What one unit of motion is in each channel (rows/motion.ts); measures made with other sizes are worth nothing. */
  sizes: sizesSchema,
  measures: z.array(z.unknown()).max(1_000_000),
});

export interface Cached {
  readonly sizes: Sizes;
  readonly measures: readonly EpisodeMeasure[];
}

/** What was measured before; null when there is nothing, or nothing that can be trusted. Never rejects. */
export async function readCache(folder: string): Promise<Cached | null> {
  try {
    const file = qualityFile(folder);
    if ((await stat(file)).size > LARGEST) return null;
    const parsed = fileSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (!parsed.success) return null;
    const measures: EpisodeMeasure[] = [];
    for (const [n, entry] of parsed.data.measures.entries()) {
      const one = measureSchema.safeParse(entry);
      if (one.success) measures.push(one.data);
      if (n % PIECE === PIECE - 1) await new Promise((done) => setImmediate(done));
    }
    return { sizes: parsed.data.sizes, measures };
  } catch {
    return null;
  }
}

/** Whole or not at all. A folder that cannot be written is measured again next time: no reason to trouble anybody. */
export async function writeCache(folder: string, { sizes, measures }: Cached): Promise<void> {
  const file = qualityFile(folder);
  const fresh = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(fresh, JSON.stringify({ version: VERSION, sizes, measures }));
    await rename(fresh, file);
  } catch {
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}
