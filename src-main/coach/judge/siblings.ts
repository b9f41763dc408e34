import type { EpisodeInfo } from '../../core/episode';
import type { EpisodeMeasure } from '../measure';
import { deviation, median, thin } from '../robust';
import { Goal } from './goal';

export interface Known {
  readonly info: EpisodeInfo;
  readonly measure: EpisodeMeasure;
}

/** What is usual among the episodes that one is compared with. Robust, and the same in whatever order they come. */
export interface Siblings {
  /** Of the same task and not failed: median and spread of ln(rows); null with too few of them. */
  readonly length: { readonly log: number; readonly spread: number; readonly n: number } | null;
  /** Where successes of the same task end; null when that cannot be told. */
  readonly goal: Goal | null;
  /** Medians over the dataset, by camera. */
  readonly brightness: ReadonlyMap<string, number>;
  readonly white: ReadonlyMap<string, number>;
  readonly sharpness: ReadonlyMap<string, number>;
  readonly views: ReadonlyMap<string, readonly number[]>;
}

/** An episode that stands alone. */
export const NO_SIBLINGS: Siblings = {
  length: null,
  goal: null,
  brightness: new Map(),
  white: new Map(),
  sharpness: new Map(),
  views: new Map(),
};

/** Fewer than these make nothing usual. */
const ENOUGH = 5;
/** More of them make it no more usual: what takes time looks at so many at most. */
const MOST = 1000;
/** Lengths that differ by less than 15 % are the same, however alike the others are. */
const LEAST_SPREAD = 0.15;

/** Task texts that differ only in case, articles, spaces and punctuation are the same task. */
export const taskKey = (task: string): string =>
  task
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\b(the|a|an)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The siblings of every task, by `taskKey`. */
export function siblingsByTask(all: readonly Known[], environment: readonly string[]): Map<string, Siblings> {
  const tasks = new Map<string, Known[]>();
  for (const one of all) {
    const key = taskKey(one.info.task);
    const list = tasks.get(key);
    if (list) list.push(one);
    else tasks.set(key, [one]);
  }
  const idOf = ({ info }: Known) => info.id;
  const pictures = usualPictures(thin(all, MOST, idOf));
  return new Map(
    [...tasks].map(([key, list]) => [
      key,
      { ...pictures, length: usualLength(kept(list)), goal: Goal.of(thin(list, MOST, idOf), environment) },
    ]),
  );
}

const kept = (list: readonly Known[]): number[] =>
  list.filter(({ info }) => info.success !== false).map(({ measure }) => measure.length);

/** Of lengths in rows. */
export function usualLength(lengths: readonly number[]): Siblings['length'] {
  if (lengths.length < ENOUGH) return null;
  const logs = lengths.map(Math.log);
  const log = median(logs);
  return { log, spread: Math.max(LEAST_SPREAD, deviation(logs, log)), n: logs.length };
}

function usualPictures(all: readonly Known[]): Pick<Siblings, 'brightness' | 'white' | 'sharpness' | 'views'> {
  const cameras = [...new Set(all.flatMap(({ measure }) => Object.keys(measure.pictures)))];
  const by = <T>(value: (pictures: EpisodeMeasure['pictures'][string][]) => T) =>
    new Map(
      cameras.flatMap((camera) => {
        const list = all.flatMap(({ measure }) => measure.pictures[camera] ?? []);
        return list.length >= ENOUGH ? [[camera, value(list)] as const] : [];
      }),
    );
  return {
    brightness: by((list) => median(list.map((p) => p.brightness))),
    white: by((list) => median(list.map((p) => p.white))),
    sharpness: by((list) => median(list.map((p) => p.sharpness))),
    views: by((list) => (list[0]?.view ?? []).map((_, i) => median(list.map((p) => p.view[i] ?? 0)))),
  };
}

/** Root mean square difference of two views (luma 0–1). */
export function viewDistance(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, v, i) => sum + (v - (b[i] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, a.length));
}
