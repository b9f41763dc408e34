import { fault } from '../core/fault';

export interface LoopStats {
  /** Ticks per second over the last two seconds. */
  readonly hz: number;
  /** 99th percentile of how late the last ticks began, milliseconds. */
  readonly lateP99: number;
  readonly ticks: number;
  /** Ticks left out because the loop was more than two periods behind. */
  readonly missed: number;
  readonly clampedTicks: number;
  /** Ticks without a good reading or an accepted command. */
  readonly failed: number;
}

const WINDOW = 2;
const SAMPLES = 1024;

/** When the next tick is due, and how well that is kept. */
export class Pace {
  #rate: number;
  #start = 0;
  #due = 0;
  #ticks = 0;
  #missed = 0;
  #clamped = 0;
  #failed = 0;
  #times: number[] = [];
  #lates: number[] = [];

  constructor(rate: number) {
    this.#rate = legal(rate);
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(perSecond: number) {
    // The deadlines of the new rate count from the last one of the old: no burst and no gap.
    this.#start += this.#due / this.#rate;
    this.#due = 0;
    this.#rate = legal(perSecond);
  }

  restart(now: number): void {
    this.#start = now;
    this.#due = -1;
  }

  /** The next deadline, `start + n / rate`; after an overrun of more than two periods, the next one still ahead. */
  next(now: number): number {
    this.#due++;
    const behind = (now - this.#start) * this.#rate - this.#due;
    if (behind > 2) {
      const skipped = Math.floor(behind);
      this.#missed += skipped;
      this.#due += skipped;
    }
    return this.#start + this.#due / this.#rate;
  }

  /** A tick began at `t` (s), `late` s after its deadline. */
  tick(t: number, late: number): void {
    this.#ticks++;
    this.#times.push(t);
    this.#lates.push(late);
    if (this.#times.length > 2 * SAMPLES) {
      this.#times = this.#times.slice(-SAMPLES);
      this.#lates = this.#lates.slice(-SAMPLES);
    }
  }

  clamped(yes: boolean): void {
    if (yes) this.#clamped++;
  }

  failed(): void {
    this.#failed++;
  }

  stats(): LoopStats {
    const last = this.#times[this.#times.length - 1] ?? 0;
    const times = this.#times.filter((t) => t > last - WINDOW);
    const span = last - (times[0] ?? last);
    const lates = this.#lates.slice(-SAMPLES).sort((a, b) => a - b);
    return {
      hz: span > 0 ? (times.length - 1) / span : 0,
      lateP99: (lates[Math.floor(0.99 * (lates.length - 1))] ?? 0) * 1000,
      ticks: this.#ticks,
      missed: this.#missed,
      clampedTicks: this.#clamped,
      failed: this.#failed,
    };
  }
}

function legal(rate: number): number {
  if (rate >= 10 && rate <= 200) return rate;
  throw fault('bad-input', `The control loop cannot run at ${rate} Hz`, 'Choose a rate between 10 and 200 Hz.');
}
