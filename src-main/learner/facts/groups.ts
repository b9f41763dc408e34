import type { Coupling } from './couplings';
import type { Rows } from './rows';
import { deviation } from './things';

/** Features that can be moved together, since what counts between them is their difference: one axis of hand, cube and goal. */
export interface Group {
  readonly features: readonly number[];
  /** The largest spread among them, robot units. */
  readonly spread: number;
}

/** Joins what is coupled, directly or over others. */
export function groupsOf(data: Rows, couplings: readonly Coupling[]): Group[] {
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
  return [...members.values()].map((features) => ({ features, spread: Math.max(...features.map(spread)) }));
}
