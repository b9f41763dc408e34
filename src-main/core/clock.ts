/**
 * Time in seconds. The app runs on the machine's monotonic clock; the demo, tests and evaluation run on a virtual
 * clock that only `advance` moves, so that a minute of robot time costs a second of computing and repeats exactly.
 */
export interface Clock {
  /** Seconds since an arbitrary epoch; never goes back. */
  now(): number;
  /** Resolves at or just after `t`; at once when `t` is past. Rejects when the signal aborts. */
  sleepUntil(t: number, signal?: AbortSignalLike): Promise<void>;
}

/** The part of AbortSignal that core uses: the type exists in Node and in the DOM under the same name. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export class VirtualClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  advance(seconds: number): void {
    if (!(seconds >= 0)) throw new RangeError(`time cannot advance by ${seconds} s`);
    this.#now += seconds;
  }

  /** Jumps to `t` (never back): sleeping is what makes virtual time pass. */
  async sleepUntil(t: number): Promise<void> {
    if (t > this.#now) this.#now = t;
  }
}
