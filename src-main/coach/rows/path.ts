import type { Motion } from './motion';

/** Way through joint space gone up to each row, units. */
export function wayUpTo({ state, length }: Motion): Float64Array {
  const gone = new Float64Array(length);
  for (let k = 1; k < length; k++) gone[k] = (gone[k - 1] as number) + distance(state, k - 1, k);
  return gone;
}

export const way = (motion: Motion): number => wayUpTo(motion)[motion.length - 1] ?? 0;

/** Straight way from the first to the last row as a share of the way gone, 0–1. A there-and-back is near 0 by nature. */
export function directness(motion: Motion): number {
  const gone = way(motion);
  return gone > 0 ? distance(motion.state, 0, motion.length - 1) / gone : 1;
}

const distance = (state: readonly Float64Array[], a: number, b: number): number =>
  Math.hypot(...state.map((v) => (v[b] ?? 0) - (v[a] ?? 0)));

/** Longest lag that is looked for, seconds. */
const LONGEST = 0.5;

/**
 * How far the arm is behind its commands, seconds: the shift L that makes mean (state(t + L) - action(t))² least, refined
 * by a parabola through its neighbours. null where actions are something else than the state, or nothing moves.
 */
export function lag({ state, action, fps, length, paired }: Motion): number | null {
  const most = Math.min(Math.floor(LONGEST * fps), length - 2);
  if (!paired || most < 2) return null;
  /** Shifts -1 … most, over the rows that all of them have. */
  const error = Array.from({ length: most + 2 }, (_, n) => {
    let sum = 0;
    action.forEach((asked, i) => {
      const seen = state[i] as Float64Array;
      for (let k = 1; k + most < length; k++) sum += ((seen[k + n - 1] as number) - (asked[k] as number)) ** 2;
    });
    return sum;
  });
  const best = Math.max(1, error.indexOf(Math.min(...error)));
  const [before, at, after] = [error[best - 1] ?? 0, error[best] ?? 0, error[best + 1]];
  if (!error.some((e) => e > 1.05 * at + 1e-9)) return null;
  const bend = after === undefined ? 0 : before - 2 * at + after;
  const offset = bend > 0 ? (before - (after ?? 0)) / (2 * bend) : 0;
  return Math.max(0, best - 1 + offset) / fps;
}
