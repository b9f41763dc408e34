import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Channel } from '../../core/episode';
import { broken } from './limits';

/** `dataset.json` beside the tables, as our own export writes it: what their columns do not say. */
export const ABOUT = 'dataset.json';
const MAX_BYTES = 1024 * 1024;
const channel = z.object({ name: z.string(), unit: z.enum(['rad', 'm', 'ratio', 'raw']) });
const schema = z.looseObject({
  format: z.literal('understudy-csv'),
  robot: z.string().min(1).max(80),
  fps: z.number().int().min(1).max(1000),
  joints: z.array(channel).max(256),
  action: z.array(channel).max(256),
});
export type About = z.infer<typeof schema>;

/** Null where there is none, or another program's. A fault when it is there and damaged. */
export async function readAbout(folder: string, files: readonly string[]): Promise<About | null> {
  if (!files.includes(ABOUT)) return null;
  const path = join(folder, ABOUT);
  if ((await stat(path)).size > MAX_BYTES) throw broken(path, 'it has more than a megabyte');
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw broken(path, 'it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== 'understudy-csv')
    return null;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw broken(path, z.prettifyError(parsed.error));
  return parsed.data;
}

/** Channels with the units that it names. */
export const withUnits = (channels: readonly Channel[], named: readonly Channel[] = []): Channel[] =>
  channels.map((own) => {
    const unit = own.unit === 'raw' ? named.find((other) => other.name === own.name)?.unit : own.unit;
    return { name: own.name, unit: unit ?? 'raw' };
  });
