import type { Known } from '../judge/siblings';
import { taskKey } from '../judge/siblings';
import { deviation, thin } from '../robust';
import type { Adviser } from './advice';

/** Successes needed, and the most that are compared (squared time). */
const ENOUGH = 10;
const MOST = 160;
/** Two ways, not one with a spread: mean silhouette (Rousseeuw 1987), and the smaller group's share. */
const SEPARATE = 0.5;
const SHARE = 0.15;
/** Of a start's nearest neighbours this share (of what chance would give) shows the other way: the start does not decide. */
const MIXED = 0.5;
const NEIGHBOURS = 3;

/**
 * Two groups of ways from the same starts: a policy that averages them goes down the middle, where nobody went
 * (Florence et al., "Implicit Behavioral Cloning", 2021; Chi et al., "Diffusion Policy", 2023). Found by two-means over
 * outlines; both ways may be fine, so this is advice and costs no points.
 */
export const adviseStrategies: Adviser = ({ known }) => {
  const tasks = new Map<string, Known[]>();
  for (const one of known) {
    if (one.info.success === false) continue;
    const key = taskKey(one.info.task);
    const list = tasks.get(key);
    if (list) list.push(one);
    else tasks.set(key, [one]);
  }
  return [...tasks].flatMap(([, list]) => {
    const some = thin(
      [...list].sort((a, b) => (a.info.id < b.info.id ? -1 : 1)),
      MOST,
      ({ info }) => info.id,
    );
    const second = some.length >= ENOUGH ? secondWay(some) : null;
    if (!second) return [];
    const ids = some.filter((_, n) => second[n]).map(({ info }) => info.id);
    return [
      {
        weight: 15,
        title: 'You show two ways',
        text: `From like starts ${some.length - ids.length} demonstrations of “${some[0]?.info.task}” go one way and ${ids.length} another. Both may be right, but a policy learns sooner from one: choose the better, or record plenty of both.`,
        episodes: ids,
      },
    ];
  });
};

const squared = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + (v - (b[i] ?? 0)) ** 2, 0);

/** For each episode whether it belongs to the smaller group; null when there are no two groups. */
function secondWay(list: readonly Known[]): boolean[] | null {
  const ways = list.map(({ measure }) => measure.outline);
  if (new Set(ways.map((way) => way.length)).size > 1) return null;
  const group = twoMeans(ways);
  const share = group.filter(Boolean).length / group.length;
  const small = share <= 0.5 ? group : group.map((inSecond) => !inSecond);
  const size = Math.min(share, 1 - share);
  if (size < SHARE || silhouette(ways, group) < SEPARATE) return null;
  return mixing(
    list.map(({ measure }) => measure.start),
    group,
  ) <
    MIXED * 2 * size * (1 - size)
    ? null
    : small;
}

/** Lloyd's algorithm from the two ways that are furthest apart. True: in the second group. */
function twoMeans(ways: readonly (readonly number[])[]): boolean[] {
  const furthest = (from: readonly number[]) => ways.reduce((a, b) => (squared(b, from) > squared(a, from) ? b : a));
  let a: readonly number[] = furthest(ways[0] ?? []);
  let b: readonly number[] = furthest(a);
  let group: boolean[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const next = ways.map((way) => squared(way, b) < squared(way, a));
    if (next.every((v, i) => v === group[i])) break;
    group = next;
    const centre = (second: boolean) => {
      const mine = ways.filter((_, i) => group[i] === second);
      return (mine[0] ?? []).map((_, d) => mine.reduce((sum, way) => sum + (way[d] ?? 0), 0) / mine.length);
    };
    if (!group.includes(true) || !group.includes(false)) break;
    [a, b] = [centre(false), centre(true)];
  }
  return group;
}

/** Mean of (b - a) / max(a, b): a, b the mean distances to one's own and to the other group. */
function silhouette(ways: readonly (readonly number[])[], group: readonly boolean[]): number {
  const values = ways.map((way, i) => {
    const to = (second: boolean) => {
      const others = ways.filter((_, j) => j !== i && group[j] === second);
      return others.reduce((sum, other) => sum + Math.sqrt(squared(way, other)), 0) / Math.max(1, others.length);
    };
    const [own, other] = [to(group[i] as boolean), to(!group[i])];
    return Math.max(own, other) > 0 ? (other - own) / Math.max(own, other) : 0;
  });
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}

/** Share of nearest neighbours, by start, that are of the other group. Each value counts by its own spread. */
function mixing(starts: readonly (readonly number[])[], group: readonly boolean[]): number {
  const spread = (starts[0] ?? []).map((_, d) => deviation(starts.map((start) => start[d] ?? 0)) || Infinity);
  const scaled = starts.map((start) => start.map((v, d) => v / (spread[d] ?? 1)));
  const shares = scaled.map((start, i) => {
    const near = scaled
      .map((other, j) => ({ j, d: squared(start, other) }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => a.d - b.d || a.j - b.j)
      .slice(0, NEIGHBOURS);
    return near.filter(({ j }) => group[j] !== group[i]).length / Math.max(1, near.length);
  });
  return shares.reduce((sum, v) => sum + v, 0) / Math.max(1, shares.length);
}
