import type { Channel } from '../core/episode';
import type { EpisodeMeasure } from './measure';
import { isStill, reach, StillRuns } from './rows/idle';
import { channelSizes, velocity } from './rows/motion';
import { speedOf, WINDOW, windowPower, windowSmoothness } from './rows/smoothness';

/** What the coach takes in of one row while it is recorded. */
export interface LiveRow {
  readonly state: readonly number[];
  readonly action: readonly number[];
  /** Whether the clamp changed the command, and by which rule. */
  readonly rule: string | null;
}

/**
 * The figures of a take while it grows, by the same definitions as those of a whole episode (rows/), with a bounded
 * amount of work and memory a row: some comparisons, and a small spectrum for each channel once a second.
 */
export class LiveTake {
  readonly #sizes: readonly number[];
  /** Scaled rows of the last window, oldest first: state, then action. */
  readonly #recent: number[][] = [];
  readonly #still = new StillRuns();
  readonly #rules = new Map<string, number>();
  #rows = 0;
  #clipped = 0;
  readonly #power = { state: { fast: 0, all: 0 }, action: { fast: 0, all: 0 } };
  #smooth = { sum: 0, windows: 0 };

  constructor(
    joints: readonly Channel[],
    readonly fps: number,
  ) {
    this.#sizes = channelSizes(joints, [], () => []);
  }

  add({ state, action, rule }: LiveRow): void {
    const scaled = (values: readonly number[]) => values.map((v, i) => v / (this.#sizes[i] ?? 1));
    const size = Math.round(WINDOW * this.fps) + 1;
    this.#recent.push([...scaled(state), ...scaled(action)]);
    if (this.#recent.length > size) this.#recent.shift();
    this.#rows++;
    if (rule !== null) {
      this.#clipped++;
      this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + 1);
    }
    const half = reach(this.fps);
    // Whether a row stands still is known when the rows that its speed is measured over have come.
    if (this.#rows > half) this.#tellStill(half);
    if (this.#rows >= size && (this.#rows - size) % Math.floor((size - 1) / 2) === 0) this.#window();
  }

  #tellStill(half: number): void {
    const b = this.#recent.length - 1;
    const a = Math.max(0, b - 2 * half);
    this.#still.add(isStill(this.#recent[a] ?? [], this.#recent[b] ?? [], b - a, this.fps));
  }

  #window(): void {
    const n = this.#sizes.length;
    const channel = (i: number) =>
      velocity(
        Float64Array.from(this.#recent, (row) => row[i] ?? 0),
        this.fps,
      );
    const state = Array.from({ length: n }, (_, i) => channel(i));
    const action = Array.from({ length: n }, (_, i) => channel(n + i));
    for (const [sum, channels] of [
      [this.#power.state, state],
      [this.#power.action, action],
    ] as const) {
      for (const values of channels) {
        const { fast, all } = windowPower(values, this.fps);
        sum.fast += fast;
        sum.all += all;
      }
    }
    const smooth = windowSmoothness(speedOf(state), this.fps);
    if (smooth !== null) this.#smooth = { sum: this.#smooth.sum + smooth, windows: this.#smooth.windows + 1 };
  }

  get rows(): number {
    return this.#rows;
  }

  /** Rows that are still held in memory. */
  get held(): number {
    return this.#recent.length;
  }

  /** As `measure` of a whole episode, without what only the whole shows (full speed, way, outline). */
  measure(id: string, missing: number, late: Readonly<Record<string, number>> = {}): EpisodeMeasure {
    const share = ({ fast, all }: { fast: number; all: number }) => (all > 0 ? fast / all : 0);
    const rule = [...this.#rules].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
    return {
      id,
      length: Math.max(1, this.#rows),
      idle: this.#still.idle(this.fps),
      smoothness: this.#smooth.windows > 0 ? this.#smooth.sum / this.#smooth.windows : 0,
      tremor: Math.max(share(this.#power.state), share(this.#power.action)),
      saturation: 0,
      clipped: this.#rows > 0 ? this.#clipped / this.#rows : 0,
      rule,
      missing: this.#rows > 0 ? missing / (this.#rows + missing) : 0,
      longestStep: (1 + missing) / this.fps,
      late: { ...late },
      lag: null,
      way: 0,
      directness: 0,
      start: [],
      end: [],
      outline: [],
      pictures: {},
    };
  }
}
