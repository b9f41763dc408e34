import type { DatasetSpec } from '../../core/episode';
import type { DatasetQuality } from '../../core/quality';
import type { Known } from '../judge/siblings';
import { quantile, thin } from '../robust';
import { area, hull, inHull } from './hull';

type Coverage = DatasetQuality['coverage'];
type Point = readonly [number, number];

/** Starts needed before a hole among them means anything, and the most that are drawn. */
const ENOUGH = 8;
const DRAWN = 1000;
/** Starts among which gaps are looked for. */
const SEARCHED = 400;
/** A place is a gap when the nearest start is this many times as far as usual: 1 / (2 √density) for a random spread. */
const FAR = 2.4;
/** Nearer than this a start is as good as there, metres. */
const LEAST = 0.015;
const GRID = 24;
const GAPS = 3;
/** Starts that differ by less are the same: 1° of a joint, 1 % of a gripper, 5 mm. */
const DIFFERENT = { rad: 0.02, ratio: 0.01, m: 0.005, raw: 1e-9 } as const;

/** The two values in which the starts differ most, as the map's axes: a thing's place on the table where there is one. */
export function coverageAxes(known: readonly Known[], spec: DatasetSpec): { index: number; name: string }[] {
  const names = spec.environment.length > 0 ? spec.environment : spec.joints.map((joint) => joint.name);
  const spread = names.map((_, i) => {
    const values = known.map(({ measure }) => measure.start[i] ?? 0);
    return quantile(values, 0.95) - quantile(values, 0.05);
  });
  const places = names.flatMap((name, x) => {
    const stem = name.match(/^(.*)\.x$/)?.[1];
    const y = stem === undefined ? -1 : names.indexOf(`${stem}.y`);
    const wide = y < 0 ? 0 : (spread[x] ?? 0) ** 2 + (spread[y] ?? 0) ** 2;
    // `tool.to.cube` is spread as `cube` is: the shorter name says it better.
    return wide > 0 ? [{ axes: [x, y], rank: wide / (stem ?? '').split('.').length ** 2 }] : [];
  });
  const best = places.sort((a, b) => b.rank - a.rank)[0];
  const unit = (i: number) => (spec.environment.length > 0 ? 'raw' : (spec.joints[i]?.unit ?? 'raw'));
  const chosen =
    best?.axes ??
    names
      .map((_, i) => i)
      .filter((i) => (spread[i] ?? 0) > DIFFERENT[unit(i)])
      .sort((a, b) => (spread[b] ?? 0) - (spread[a] ?? 0) || a - b)
      .slice(0, 2);
  return chosen.map((index) => ({ index, name: names[index] ?? '' }));
}

export function coverageOf(known: readonly Known[], spec: DatasetSpec): Coverage {
  const axes = coverageAxes(known, spec);
  const all = known.map(({ info, measure }) => ({
    id: info.id,
    at: axes.map(({ index }) => measure.start[index] ?? 0),
  }));
  const points = thin(all, DRAWN, ({ id }) => id);
  const place = axes.every(({ name }) => /\.[xy]$/.test(name));
  const searched = thin(points, SEARCHED, ({ id }) => id).map(({ at }): Point => [at[0] ?? 0, at[1] ?? 0]);
  const gaps = axes.length === 2 ? gapsIn(searched, place) : [];
  return { axes: axes.map(({ name }) => name), points, gaps };
}

/**
 * Holes among the starts, largest first: places inside their convex hull from which the nearest start is more than 2.4
 * times as far as it would be on average, were as many spread at random (Clark & Evans 1954). Outside of the hull
 * nobody knows whether a thing can stand there.
 */
function gapsIn(points: readonly Point[], place: boolean): Point[] {
  if (points.length < ENOUGH) return [];
  const low: Point = [Math.min(...points.map((p) => p[0])), Math.min(...points.map((p) => p[1]))];
  const range = (d: 0 | 1) => Math.max(...points.map((p) => p[d])) - low[d] || 1;
  const longest = Math.max(range(0), range(1));
  // A place on the table by one scale; other values each by its own spread, for metres and radians may be mixed.
  const size: Point = place ? [longest, longest] : [range(0), range(1)];
  const scaled = points.map(([x, y]): Point => [(x - low[0]) / size[0], (y - low[1]) / size[1]]);
  const border = hull(scaled);
  const usual = 0.5 * Math.sqrt(area(border) / points.length);
  const seen = [...scaled];
  const gaps: Point[] = [];
  while (gaps.length < GAPS && usual > 0) {
    let best: Point | null = null;
    let far = Math.max(FAR * usual, place ? LEAST / longest : 0);
    for (let i = 0; i <= GRID; i++) {
      for (let j = 0; j <= GRID; j++) {
        const at: Point = [i / GRID, j / GRID];
        if (!inHull(border, at)) continue;
        const nearest = Math.sqrt(
          seen.reduce((d, p) => Math.min(d, (p[0] - at[0]) ** 2 + (p[1] - at[1]) ** 2), Infinity),
        );
        if (nearest > far) [best, far] = [at, nearest];
      }
    }
    if (!best) break;
    seen.push(best);
    gaps.push([low[0] + best[0] * size[0], low[1] + best[1] * size[1]]);
  }
  return gaps;
}
