import { z } from 'zod';
import type { Cell, Column, Row } from './parquet';

/**
 * Statistics per dimension, as LeRobot keeps them for every episode and for the whole dataset. Here always flat lists
 * (one number per dimension; an image has three, in 0–1); on disk an image's are (3, 1, 1).
 */
export const QUANTILES = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const;
export const MEASURES = ['min', 'max', 'mean', 'std', 'q01', 'q10', 'q50', 'q90', 'q99'] as const;
type Measure = (typeof MEASURES)[number];
export type FeatureStats = { readonly [M in Measure]: readonly number[] } & { readonly count: number };
export type Stats = Readonly<Record<string, FeatureStats>>;

/** `samples`: one list of values per dimension. */
export function statsOf(samples: readonly ArrayLike<number>[]): FeatureStats {
  const dims = samples.map((values) => {
    const sorted = Float64Array.from(values).sort();
    const n = sorted.length;
    const mean = sorted.reduce((sum, v) => sum + v, 0) / n;
    const variance = sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
    const at = (q: number) => {
      const x = q * (n - 1);
      const low = sorted[Math.floor(x)] ?? 0;
      return low + ((sorted[Math.ceil(x)] ?? low) - low) * (x - Math.floor(x));
    };
    const quantiles = Object.entries(QUANTILES).map(([name, q]) => [name, at(q)]);
    return {
      min: sorted[0] ?? 0,
      max: sorted[n - 1] ?? 0,
      mean,
      std: Math.sqrt(variance),
      ...Object.fromEntries(quantiles),
    };
  });
  return { ...byMeasure((m) => dims.map((d) => d[m] as number)), count: samples[0]?.length ?? 0 };
}

const byMeasure = (value: (m: Measure) => number[]): { [M in Measure]: number[] } => ({
  min: value('min'),
  max: value('max'),
  mean: value('mean'),
  std: value('std'),
  q01: value('q01'),
  q10: value('q10'),
  q50: value('q50'),
  q90: value('q90'),
  q99: value('q99'),
});

/** Statistics of every numeric column of a data file (text has none). */
export function columnStats(columns: readonly Column[]): Stats {
  const numeric = columns.filter((column) => column.type !== 'string');
  return Object.fromEntries(
    numeric.map(({ name, data }) => {
      const first = data[0];
      const dims = Array.isArray(first) ? first.length : 1;
      const pick = (cell: Cell, d: number) => Number(Array.isArray(cell) ? cell[d] : cell);
      return [name, statsOf(Array.from({ length: dims }, (_, d) => data.map((cell) => pick(cell, d))))];
    }),
  );
}

/** Pools episodes as LeRobot does: envelope, weighted mean, pooled variance; quantiles are the weighted means of theirs. */
export function pool(parts: readonly FeatureStats[]): FeatureStats {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const dims = parts[0]?.mean.map((_, d) => d) ?? [];
  const weighted = (value: (part: FeatureStats) => number) =>
    parts.reduce((sum, part) => sum + value(part) * part.count, 0) / Math.max(1, total);
  const mean = dims.map((d) => weighted((p) => p.mean[d] ?? 0));
  const pooled = (m: Measure) => {
    if (m === 'min') return dims.map((d) => parts.reduce((low, p) => Math.min(low, p.min[d] ?? low), Infinity));
    if (m === 'max') return dims.map((d) => parts.reduce((high, p) => Math.max(high, p.max[d] ?? high), -Infinity));
    if (m === 'mean') return mean;
    if (m !== 'std') return dims.map((d) => weighted((p) => p[m][d] ?? 0));
    return dims.map((d) => Math.sqrt(weighted((p) => (p.std[d] ?? 0) ** 2 + ((p.mean[d] ?? 0) - (mean[d] ?? 0)) ** 2)));
  };
  return { ...byMeasure(pooled), count: total };
}

export function poolAll(episodes: readonly Stats[]): Stats {
  const names = Object.keys(episodes[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, pool(episodes.flatMap((e) => e[name] ?? []))]));
}

const isImage = (feature: string) => feature.startsWith('observation.images.');
const shaped = (feature: string, values: readonly number[]): Cell =>
  isImage(feature) ? values.map((v) => [[v]]) : values;

/** `meta/stats.json`. */
export const statsJson = (stats: Stats): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(stats).map(([feature, s]) => [
        feature,
        { ...Object.fromEntries(MEASURES.map((m) => [m, shaped(feature, s[m])])), count: [s.count] },
      ]),
    ),
    null,
    4,
  );

/** Columns `stats/<feature>/<measure>` of the episode table. */
export function statsColumns(episodes: readonly Stats[]): Column[] {
  return Object.keys(episodes[0] ?? {}).flatMap((feature) => {
    const of = (value: (s: FeatureStats) => Cell): Cell[] =>
      episodes.map((e) => (e[feature] ? value(e[feature]) : null));
    const depth = isImage(feature) ? 3 : 1;
    const measures = MEASURES.map(
      (m): Column => ({
        name: `stats/${feature}/${m}`,
        type: 'float64',
        depth,
        data: of((s) => shaped(feature, s[m])),
      }),
    );
    return [...measures, { name: `stats/${feature}/count`, type: 'int64', depth: 1, data: of((s) => [s.count]) }];
  });
}

const numbers = z.array(z.number()).min(1).max(65_536);
/** The statistics in one row of the episode table; a feature whose columns are not whole is left out. */
export function statsFromRow(row: Row, features: readonly string[]): Stats {
  return Object.fromEntries(
    features.flatMap((feature) => {
      const flat = (m: string): Cell => {
        const cell = row[`stats/${feature}/${m}`] ?? null;
        return Array.isArray(cell) ? (cell.flat(3) as Cell) : cell;
      };
      const measures = z
        .record(z.enum(MEASURES), numbers)
        .safeParse(Object.fromEntries(MEASURES.map((m) => [m, flat(m)])));
      const count = numbers.safeParse(flat('count'));
      return measures.success && count.success ? [[feature, { ...measures.data, count: count.data[0] ?? 0 }]] : [];
    }),
  );
}
