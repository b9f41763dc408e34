import { z } from 'zod';
import type { DatasetSpec, Episode } from '../core/episode';
import { type PictureMeasure, pictureSchema } from './pictures/picture';
import { idle } from './rows/idle';
import { clipped, commonRule, saturation } from './rows/limits';
import { motionOf, type Sizes } from './rows/motion';
import { outline, round } from './rows/outline';
import { directness, lag, way } from './rows/path';
import { smoothness, tremor } from './rows/smoothness';
import { gaps, late } from './rows/timing';

const share = z.number().min(0).max(1);
const vector = z.array(z.number()).max(4096);
const span = z.tuple([z.number().int().min(0), z.number().int().min(0)]).readonly();

/**
 * All that judging needs to know of one episode, measured without a look at the others: small, plain, and kept in a
 * cache. Shares are 0–1, times seconds, motion in the units of rows/motion.ts.
 */
export const measureSchema = z.object({
  id: z.string().max(80),
  /** Rows; together with the id it tells whether the episode is still the one that was measured. */
  length: z.number().int().min(1),
  idle: z.object({
    share,
    excess: share,
    start: z.number().int().min(0),
    end: z.number().int().min(0),
    longest: span.nullable(),
  }),
  smoothness: z.number(),
  tremor: share,
  saturation: share,
  clipped: share,
  rule: z.string().max(40).nullable(),
  missing: share,
  longestStep: z.number().min(0),
  late: z.record(z.string(), share),
  lag: z.number().nullable(),
  way: z.number().min(0),
  directness: z.number().min(0).max(1.001),
  /** Task state at the first and the last row, or the joints where there is none; robot units. */
  start: vector,
  end: vector,
  outline: vector,
  pictures: z.record(z.string(), pictureSchema),
});
export type EpisodeMeasure = z.infer<typeof measureSchema>;

/** Pictures are measured apart (pictures/): they are slow, and some datasets have none. */
export function measure(
  episode: Episode,
  spec: DatasetSpec,
  sizes: Sizes,
  pictures: Readonly<Record<string, PictureMeasure>> = {},
): EpisodeMeasure {
  const { rows, taken = {} } = episode;
  const motion = motionOf(rows, spec, sizes);
  const hole = gaps(rows, spec.fps);
  const first = rows[0]?.environment ?? [];
  const at = (row: number) => ((first.length > 0 ? rows[row]?.environment : rows[row]?.state) ?? []).map(round);
  return {
    id: episode.id,
    length: rows.length,
    idle: idle(motion),
    smoothness: smoothness(motion),
    tremor: tremor(motion),
    saturation: saturation(motion),
    clipped: clipped(rows, sizes.action),
    rule: commonRule(rows),
    missing: hole.missing,
    longestStep: hole.longest,
    late: Object.fromEntries(Object.entries(taken).map(([camera, times]) => [camera, late(rows, times, spec.fps)])),
    lag: lag(motion),
    way: way(motion),
    directness: Math.min(1, directness(motion)),
    start: at(0),
    end: at(rows.length - 1),
    outline: outline(motion),
    pictures: { ...pictures },
  };
}
