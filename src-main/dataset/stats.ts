import { z } from 'zod';
import { type Measured, measure, type Precision } from './measure';
import type { Cell, Column, Row } from './parquet';

/**
 * Statistics per dimension, as LeRobot keeps them for every episode and for the whole dataset. Here always flat lists
 * (one number per dimension; an image has three, in 0–1); on disk an image's are (3, 1, 1).
 */
const BASIC = ['min', 'max', 'mean', 'std'] as const;
/** Older datasets lack the quantiles. */
const EXTRA = ['q01', 'q10', 'q50', 'q90', 'q99'] as const;
export const MEASURES = [...BASIC, ...EXTRA] as const;
type Measure = (typeof MEASURES)[number];
type Values = readonly number[];
export type FeatureStats = { readonly [M in (typeof BASIC)[number]]: Values } & {
  readonly [M in (typeof EXTRA)[number]]?: Values;
} & { readonly count: number; readonly image?: boolean };
export type Stats = Readonly<Record<string, FeatureStats>>;

/** One list of values per dimension. */
export const statsOf = (samples: readonly ArrayLike<number>[], precision: Precision): FeatureStats =>
  gathered(
    samples.map((values) => measure(values, precision, samples.length === 1)),
    samples[0]?.length ?? 0,
    false,
  );

/** Dimension by dimension → measure by measure. */
export const gathered = (dims: readonly Measured[], count: number, image: boolean): FeatureStats =>
  byMeasure(count, image, (m) => dims.map((d) => d[m]));

function byMeasure(count: number, image: boolean, value: (m: Measure) => Values | undefined): FeatureStats {
  const basic = (m: Measure) => value(m) ?? [];
  const extra = EXTRA.flatMap((m) => {
    const values = value(m);
    return values ? [[m, values]] : [];
  });
  return {
    min: basic('min'),
    max: basic('max'),
    mean: basic('mean'),
    std: basic('std'),
    ...Object.fromEntries(extra),
    count,
    ...(image && { image }),
  };
}

/** Statistics of every numeric column of a data file (text has none). */
export function columnStats(columns: readonly Column[]): Stats {
  const numeric = columns.filter((column) => column.type !== 'string' && column.depth <= 1);
  return Object.fromEntries(
    numeric.map(({ name, type, data }) => {
      const first = data[0];
      const dims = Array.isArray(first) ? first.length : 1;
      const pick = (cell: Cell, d: number) => Number(Array.isArray(cell) ? cell[d] : cell);
      const samples = Array.from({ length: dims }, (_, d) => data.map((cell) => pick(cell, d)));
      return [name, statsOf(samples, type === 'float32' || type === 'bool' ? 'float32' : 'float64')];
    }),
  );
}

/** Statistics of an episode that moved: its rows kept their values, but for the two that count through the dataset. */
export function moved(stats: Stats, by: { readonly episode: number; readonly index: number }): Stats {
  const shift = (name: string, delta: number): Stats => {
    const old = stats[name];
    if (!old || delta === 0) return {};
    const value = (m: Measure) => (m === 'std' ? old.std : old[m]?.map((v) => v + delta));
    return { [name]: byMeasure(old.count, false, value) };
  };
  return { ...stats, ...shift('episode_index', by.episode), ...shift('index', by.index) };
}

/** Pools episodes as LeRobot does: envelope, weighted mean, pooled variance; quantiles are the weighted means of theirs. */
export function pool(parts: readonly FeatureStats[]): FeatureStats {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const dims = parts[0]?.mean.map((_, d) => d) ?? [];
  const weighted = (value: (part: FeatureStats) => number) =>
    parts.reduce((sum, part) => sum + value(part) * part.count, 0) / Math.max(1, total);
  const mean = dims.map((d) => weighted((p) => p.mean[d] ?? 0));
  const pooled = (m: Measure): Values | undefined => {
    if (m === 'min') return dims.map((d) => parts.reduce((low, p) => Math.min(low, p.min[d] ?? low), Infinity));
    if (m === 'max') return dims.map((d) => parts.reduce((high, p) => Math.max(high, p.max[d] ?? high), -Infinity));
    if (m === 'mean') return mean;
    if (m !== 'std') return parts.every((p) => p[m]) ? dims.map((d) => weighted((p) => p[m]?.[d] ?? 0)) : undefined;
    return dims.map((d) => Math.sqrt(weighted((p) => (p.std[d] ?? 0) ** 2 + ((p.mean[d] ?? 0) - (mean[d] ?? 0)) ** 2)));
  };
  return byMeasure(total, parts[0]?.image === true, pooled);
}

const namesIn = (episodes: readonly Stats[]): string[] => [...new Set(episodes.flatMap((e) => Object.keys(e)))];

export const poolAll = (episodes: readonly Stats[]): Stats =>
  Object.fromEntries(namesIn(episodes).map((name) => [name, pool(episodes.flatMap((e) => e[name] ?? []))]));

const shaped = (image: boolean | undefined, values: Values | undefined): Cell =>
  values && image ? values.map((v) => [[v]]) : (values ?? null);

/** `meta/stats.json`. */
export const statsJson = (stats: Stats): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(stats).map(([feature, s]) => {
        const measures = MEASURES.flatMap((m) => (s[m] ? [[m, shaped(s.image, s[m])]] : []));
        return [feature, { ...Object.fromEntries(measures), count: [s.count] }];
      }),
    ),
    null,
    4,
  );

/** Columns `stats/<feature>/<measure>` of the episode table. */
export function statsColumns(episodes: readonly Stats[]): Column[] {
  return namesIn(episodes).flatMap((feature) => {
    const image = episodes.some((e) => e[feature]?.image);
    const of = (value: (s: FeatureStats) => Cell): Cell[] =>
      episodes.map((e) => (e[feature] ? value(e[feature]) : null));
    const measures = MEASURES.map(
      (m): Column => ({
        name: `stats/${feature}/${m}`,
        type: 'float64',
        depth: image ? 3 : 1,
        data: of((s) => shaped(image, s[m])),
      }),
    );
    return [...measures, { name: `stats/${feature}/count`, type: 'int64', depth: 1, data: of((s) => [s.count]) }];
  });
}

/** All numbers of nested lists; undefined when there is anything else. By hand: a large dataset has millions of them. */
function flat(cell: unknown, into: number[] = []): number[] | undefined {
  if (typeof cell === 'number') into.push(cell);
  else if (!Array.isArray(cell) || into.length > 65_536) return undefined;
  else for (const part of cell) if (!flat(part, into)) return undefined;
  return into;
}

/** One feature's statistics from nested lists; undefined when they are not whole. */
function parseFeature(cell: (m: string) => unknown): FeatureStats | undefined {
  const mean = cell('mean');
  const dims = flat(mean)?.length ?? 0;
  const count = flat(cell('count'))?.[0];
  const values = new Map<Measure, number[]>();
  for (const m of MEASURES) {
    const found = flat(cell(m));
    if (found?.length === dims) values.set(m, found);
  }
  if (count === undefined || dims === 0 || BASIC.some((m) => !values.has(m))) return undefined;
  return byMeasure(count, Array.isArray(mean) && Array.isArray(mean[0]), (m) => values.get(m));
}

/** The statistics in one row of the episode table; a feature whose columns are not whole is left out. */
export const statsFromRow = (row: Row, features: readonly string[]): Stats =>
  Object.fromEntries(
    features.flatMap((feature) => {
      const stats = parseFeature((m) => row[`stats/${feature}/${m}`]);
      return stats ? [[feature, stats]] : [];
    }),
  );

const tree = z.record(z.string(), z.record(z.string(), z.unknown()));
/** `meta/stats.json` as it is; null when it cannot be used. */
export function parseStats(text: string): Stats | null {
  try {
    const features = Object.entries(tree.parse(JSON.parse(text))).flatMap(([name, measures]) => {
      const stats = parseFeature((m) => measures[m]);
      return stats ? [[name, stats] as const] : [];
    });
    return features.length > 0 ? Object.fromEntries(features) : null;
  } catch {
    return null;
  }
}
