import type { DatasetSpec } from '../../core/episode';
import type { Advice, DatasetQuality, EpisodeQuality } from '../../core/quality';
import type { Known } from '../judge/siblings';

/** All that advice is made from. */
export interface Findings {
  readonly known: readonly Known[];
  /** In the order of `known`. */
  readonly episodes: readonly EpisodeQuality[];
  readonly coverage: DatasetQuality['coverage'];
  readonly spec: DatasetSpec;
}

/** `weight`: how useful it is, roughly the points of score or the share of demonstrations at stake. */
export interface WeightedAdvice extends Advice {
  readonly weight: number;
}
export type Adviser = (findings: Findings) => readonly WeightedAdvice[];

/** Most useful first; equally useful ones by title, so that the list does not depend on the order of things. */
export const MOST = 6;
export const best = (all: readonly WeightedAdvice[]): Advice[] =>
  [...all]
    .sort((a, b) => b.weight - a.weight || (a.title < b.title ? -1 : 1))
    .slice(0, MOST)
    .map(({ title, text, episodes }) => ({ title, text, episodes }));
