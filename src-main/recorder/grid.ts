/**
 * Picks the ticks that become rows: row k is the tick on the grid point t0 + k / fps, t0 being the first tick. A tick may
 * be early by half the loop's period (at most a quarter of a row's), for loops jitter and a late t0 must not make all others
 * late. The period is the longer of the last two intervals: after a late tick the next one comes soon. When the loop stalled
 * past grid points they are counted as gaps and the grid goes on after them: no row is made up.
 */
export class RowGrid {
  readonly #period: number;
  #start: number | null = null;
  #last = 0;
  /** Between the last two ticks. */
  #interval = 0;
  /** Grid points used or missed so far. */
  #passed = 0;
  #gaps = 0;

  constructor(fps: number) {
    this.#period = 1 / fps;
  }

  /** Whether the tick at `t` is a row. */
  take(t: number): boolean {
    if (this.#start === null) {
      this.#start = t;
      this.#last = t;
      this.#passed = 1;
      return true;
    }
    const interval = Math.max(0, t - this.#last);
    const early = Math.min(0.25 * this.#period, 0.5 * Math.max(interval, this.#interval));
    this.#last = t;
    this.#interval = interval;
    const reached = Math.floor((t - this.#start + early) / this.#period + 1e-9);
    if (reached < this.#passed) return false;
    this.#gaps += reached - this.#passed;
    this.#passed = reached + 1;
    return true;
  }

  /** Grid points for which there was no tick. */
  get gaps(): number {
    return this.#gaps;
  }
}
