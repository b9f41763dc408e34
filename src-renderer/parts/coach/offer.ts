import type { EpisodeQuality, QualityKind } from '../../../src-main/core/quality';

/** How a score is read: nothing to do, worth a look, better recorded again. */
export type Grade = 'good' | 'fair' | 'poor';
export const gradeOf = (score: number): Grade => (score >= 80 ? 'good' : score >= 55 ? 'fair' : 'poor');

export const GRADE_WORDS: Readonly<Record<Grade, string>> = {
  good: 'good to learn from',
  fair: 'usable, worth a look',
  poor: 'better recorded again',
};

export const KIND_WORDS: Readonly<Record<QualityKind, string>> = {
  idle: 'Stands still',
  jerk: 'Shaky',
  saturation: 'At full speed',
  clipped: 'Commands changed',
  dropped: 'Rows missing',
  frozen: 'Camera frozen',
  blur: 'Blurred',
  dark: 'Too dark',
  bright: 'Too bright',
  length: 'Odd length',
  label: 'Label',
  swapped: 'Cameras swapped',
};

/**
 * The rows to keep when what stands still at the start and at the end is cut away: `from` … `to` - 1, as in the `trim`
 * edit. null when there is nothing worth cutting.
 */
export function trimOffer(quality: EpisodeQuality, rows: number): readonly [number, number] | null {
  let from = 0;
  let to = rows;
  for (const { kind, rows: part } of quality.reasons) {
    if (kind !== 'idle' || !part) continue;
    if (part[0] <= 0) from = Math.max(from, part[1]);
    else if (part[1] >= rows) to = Math.min(to, part[0]);
  }
  return to - from < rows && to - from >= 2 ? [from, to] : null;
}
