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

/** Rows before and after a row that its speed is measured over. */
export const reach = (fps: number): number => Math.max(1, Math.round((SPAN * fps) / 2));

/** Whether nothing, neither arm nor command, moves between two rows that are `rows` apart. */
export function isStill(a: Iterable<number>, b: readonly number[], rows: number, fps: number): boolean {
  const most = (STILL * Math.max(1, rows)) / fps;
  let i = 0;
  for (const value of a) if (Math.abs(value - (b[i++] ?? 0)) > most) return false;
  return true;
}

/** The parts in which it stands still, as they are told row by row. */
export class StillRuns {
  readonly #runs: [number, number][] = [];
  #rows = 0;

  add(still: boolean): void {
    const last = this.#runs[this.#runs.length - 1];
    if (still && last?.[1] === this.#rows) last[1]++;
    else if (still) this.#runs.push([this.#rows, this.#rows + 1]);
    this.#rows++;
  }

  idle(fps: number): Idle {
    const runs = this.#runs;
    const length = this.#rows;
    const first = runs[0]?.[0] === 0 ? runs[0] : null;
    const tail = runs[runs.length - 1];
    const last = tail?.[1] === length && tail !== first ? tail : null;
    const inner = runs.filter((run) => run !== first && run !== last);
    const rows = ([from, to]: readonly [number, number]) => to - from;
    const over = (n: number, free: number) => Math.max(0, n - free * fps);
    const start = first ? rows(first) : 0;
    const end = last ? rows(last) : 0;
    const pauses = inner.reduce((sum, run) => sum + over(rows(run), FREE.inner), 0);
    const longest = inner.reduce<[number, number] | null>((a, b) => (a && rows(a) >= rows(b) ? a : b), null);
    const total = Math.max(1, length);
    return {
      share: runs.reduce((sum, run) => sum + rows(run), 0) / total,
      excess: (over(start, FREE.start) + over(end, FREE.end) + pauses) / total,
      start,
      end,
      longest: longest && [...longest],
    };
  }
}

export function idle({ state, action, fps, length }: Motion): Idle {
  const half = reach(fps);
  const all = [...state, ...action];
  const at = (k: number) => all.map((values) => values[k] as number);
  const runs = new StillRuns();
  for (let k = 0; k < length; k++) {
    const [a, b] = [Math.max(0, k - half), Math.min(length - 1, k + half)];
    runs.add(isStill(at(a), at(b), b - a, fps));
  }
  return runs.idle(fps);
}
