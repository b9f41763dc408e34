import type { EpisodeRow } from '../../../src-main/core/episode';

/** Rows `from` … `to` - 1. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PilotBand extends Span {
  readonly pilot: string;
  readonly intervention: boolean;
}

/** Who held the stick, as few bands as possible. */
export function pilotBands(rows: readonly EpisodeRow[]): readonly PilotBand[] {
  const bands: { from: number; to: number; pilot: string; intervention: boolean }[] = [];
  rows.forEach(({ pilot, intervention }, k) => {
    const last = bands.at(-1);
    if (last && last.pilot === pilot && last.intervention === intervention) last.to = k + 1;
    else bands.push({ from: k, to: k + 1, pilot, intervention });
  });
  return bands;
}

/** Where `is` holds. Gaps of up to `bridge` rows are closed: a hundred slivers say no more than one mark. */
export function spans(rows: readonly EpisodeRow[], is: (row: EpisodeRow) => boolean, bridge = 2): readonly Span[] {
  const found: { from: number; to: number }[] = [];
  rows.forEach((row, k) => {
    if (!is(row)) return;
    const last = found.at(-1);
    if (last && k - last.to <= bridge) last.to = k + 1;
    else found.push({ from: k, to: k + 1 });
  });
  return found;
}

/** `speed:2 limit:5` → `speed of elbow flex, limit of gripper`. */
export function clampWords(clamped: string, joints: readonly string[]): string {
  return clamped
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [rule = '', joint = ''] = word.split(':');
      const name = joints[Number(joint)];
      return name ? `${rule} of ${name.replaceAll('_', ' ')}` : rule;
    })
    .join(', ');
}

/** What keeping rows `from` … `to` - 1 cuts away, for a button: `Cut idle start: 1.2 s`. */
export function cutWords([from, to]: readonly [number, number], rows: number, fps: number): string {
  const time = (n: number) => `${(n / fps).toFixed(1)} s`;
  if (from > 0 && to < rows) return `Cut idle ends: ${time(from)} and ${time(rows - to)}`;
  return from > 0 ? `Cut idle start: ${time(from)}` : `Cut idle end: ${time(rows - to)}`;
}
