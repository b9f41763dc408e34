/** Time in an episode: row k is shown from k / fps to (k + 1) / fps, as frame k of its videos is. */

/** The row shown at a time. A nudge below a row's edge counts as the row: floats are no referee. */
export function rowAt(time: number, fps: number, rows: number): number {
  return Math.max(0, Math.min(rows - 1, Math.floor(time * fps + 1e-6)));
}

/** Where a video must be put to show row k for sure: inside its frame, not on the edge, or it may show the one before. */
export const frameTime = (row: number, fps: number): number => (row + 0.5) / fps;

export interface Stretch {
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  readonly loop: boolean;
}

/** `time` after `dt` seconds of playing. At the end it stops on the last moment, or goes round. */
export function advance(time: number, dt: number, { from, to, loop }: Stretch): { time: number; ended: boolean } {
  if (!(to > from)) return { time: from, ended: true };
  const next = (time < from ? from : time) + dt;
  if (next < to) return { time: next, ended: false };
  if (!loop) return { time: to, ended: true };
  return { time: from + ((next - from) % (to - from)), ended: false };
}

export const SPEEDS = [0.25, 0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];
