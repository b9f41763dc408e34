import type { EpisodeInfo } from '../../core/episode';
import type { QualityKind, QualityReason } from '../../core/quality';
import type { EpisodeMeasure } from '../measure';
import type { Siblings } from './siblings';

/** One episode as its judges see it. */
export interface Subject {
  readonly info: EpisodeInfo;
  readonly measure: EpisodeMeasure;
  readonly siblings: Siblings;
  readonly fps: number;
}

/** Finds one kind of fault; several reasons where it concerns several parts. */
export type Judge = (subject: Subject) => readonly QualityReason[];

/** A reason that costs `most` × `severity` (0–1) points, whole; none below half a point. */
export function reason(
  kind: QualityKind,
  most: number,
  severity: number,
  message: string,
  tip: string,
  rows?: readonly [number, number],
): QualityReason[] {
  const cost = Math.round(most * Math.min(1, Math.max(0, severity)));
  return cost >= 1 ? [{ kind, cost, message, tip, ...(rows && { rows }) }] : [];
}
