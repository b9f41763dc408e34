import type { Motion } from './motion';

/** Slower than this, units per second, is standing still: 3° a second of a joint, 1 cm a second of a slide. */
const STILL = 0.05;
/** Seconds over which a speed is measured, so that one step of an encoder is no motion. */
const SPAN = 0.2;
/** Pauses of this many seconds are part of moving well: before the first move, after the last, and in between. */
export const FREE = { start: 0.4, end: 0.6, inner: 0.5 } as const;

export interface Idle {
  /** Share of rows that stand still, 0–1. */
  readonly share: number;
  /** Seconds beyond the free ones, as a share of the episode, 0–1. */
  readonly excess: number;
  /** Rows before the first motion, and after the last. */
  readonly start: number;
  readonly end: number;
  /** The longest pause in between, rows; null when there is none. */
  readonly longest: readonly [number, number] | null;
}

/** For each row: whether nothing, neither arm nor command, moves about it. */
export function stillRows({ state, action, fps, length }: Motion): boolean[] {
  const half = Math.max(1, Math.round((SPAN * fps) / 2));
  return Array.from({ length }, (_, k) => {
    const a = Math.max(0, k - half);
    const b = Math.min(length - 1, k + half);
    const most = (STILL * Math.max(1, b - a)) / fps;
    return [...state, ...action].every((v) => Math.abs((v[b] as number) - (v[a] as number)) <= most);
  });
}

export function idle(motion: Motion): Idle {
  const { fps, length } = motion;
  const still = stillRows(motion);
  const runs: [number, number][] = [];
  for (let k = 0; k < length; k++) {
    if (!still[k]) continue;
    const last = runs[runs.length - 1];
    if (last && last[1] === k) last[1] = k + 1;
    else runs.push([k, k + 1]);
  }
  const first = runs[0]?.[0] === 0 ? runs[0] : null;
  const last = runs[runs.length - 1]?.[1] === length && runs[runs.length - 1] !== first ? runs[runs.length - 1] : null;
  const inner = runs.filter((run) => run !== first && run !== last);
  const rows = ([from, to]: readonly [number, number]) => to - from;
  const over = (n: number, free: number) => Math.max(0, n - free * fps);
  const start = first ? rows(first) : 0;
  const end = last ? rows(last) : 0;
  const excess =
    over(start, FREE.start) + over(end, FREE.end) + inner.reduce((sum, run) => sum + over(rows(run), FREE.inner), 0);
  const longest = inner.reduce<[number, number] | null>((a, b) => (a && rows(a) >= rows(b) ? a : b), null);
  const total = Math.max(1, length);
  return { share: runs.reduce((sum, run) => sum + rows(run), 0) / total, excess: excess / total, start, end, longest };
}
