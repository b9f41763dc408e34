import type { Coupling } from './couplings';
import type { Drive } from './drives';
import { episodesOf, type Rows } from './rows';
import { deviation } from './things';

/** Features that can be moved together, since what counts between them is their difference: one axis of hand, cube and goal. */
export interface Group {
  readonly features: readonly number[];
  /** The largest spread among them, robot units. */
  readonly spread: number;
}

/** A value whose places at the end spread by less than this share of those at the start is brought to a fixed place. */
const GATHERED = 0.4;

/**
 * Joins what is coupled, directly or over others. Left out is a group of which something is brought to the same place
 * each time, such as a tray that no value tells of: shifted with the scene, the tray would be learned at the wrong place.
 */
export function groupsOf(data: Rows, couplings: readonly Coupling[], drives: readonly Drive[]): Group[] {
  // A hand may well end at home each time.
  const driven = new Set(drives.map(({ feature }) => feature));
  const parent = Array.from({ length: data.features }, (_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : root(parent[i] as number));
  for (const { a, b } of couplings) parent[root(a)] = root(b);
  const members = new Map<number, number[]>();
  for (const { a, b } of couplings) {
    for (const feature of [a, b]) {
      const list = members.get(root(feature)) ?? [];
      if (!list.includes(feature)) list.push(feature);
      members.set(root(feature), list);
    }
  }
  const spread = (feature: number): number =>
    deviation(Array.from({ length: data.rows }, (_, row) => data.inputs[row * data.features + feature] as number));
  const episodes = episodesOf(data);
  const gathered = (feature: number): boolean => {
    const at = (row: number): number => data.inputs[row * data.features + feature] as number;
    const start = deviation(episodes.map(({ from }) => at(from)));
    return start > 0.15 * spread(feature) && deviation(episodes.map(({ to }) => at(to))) < GATHERED * start;
  };
  const free = [...members.values()].filter((features) => !features.some((f) => !driven.has(f) && gathered(f)));
  return free.map((features) => ({ features, spread: Math.max(...features.map(spread)) }));
}
