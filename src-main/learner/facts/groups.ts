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

/** A thing that begins elsewhere by less than this share of its whole spread always begins at the same place. */
const SCATTERED = 0.15;

/**
 * Joins what is coupled, directly or over others. Left out is a group of which something is brought to the same place
 * each time, such as a tray that no value tells of: shifted with the scene, the tray would be learned at the wrong place.
 * So is one whose things always begin at the same place, such as the height of what stands on a table.
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
  const among = (feature: number, rows: readonly number[]): number =>
    deviation(rows.map((row) => data.inputs[row * data.features + feature] as number));
  const start = (feature: number): number =>
    among(
      feature,
      episodes.map(({ from }) => from),
    );
  const end = (feature: number): number =>
    among(
      feature,
      episodes.map(({ to }) => to),
    );
  const scattered = (feature: number): boolean => start(feature) > SCATTERED * spread(feature);
  const gathered = (feature: number): boolean => scattered(feature) && end(feature) < GATHERED * start(feature);
  const free = [...members.values()].filter((features) => {
    const things = features.filter((feature) => !driven.has(feature));
    return things.some(scattered) && !things.some(gathered);
  });
  return free.map((features) => ({ features, spread: Math.max(...features.map(spread)) }));
}
