import type { AbortSignalLike, Clock } from '../core/clock';

/** Timers fire up to a millisecond or so late; the last stretch before a deadline is polled instead. Seconds. */
const POLLED = 0.0015;

/** The machine's monotonic clock. Polls (without blocking the event loop) only just before a deadline. */
export class RealClock implements Clock {
  now(): number {
    return performance.now() / 1000;
  }

  sleepUntil(t: number, signal?: AbortSignalLike): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let poll: ReturnType<typeof setImmediate> | undefined;
      const done = (settle: () => void) => {
        clearTimeout(timer);
        clearImmediate(poll);
        signal?.removeEventListener('abort', aborted);
        settle();
      };
      const aborted = () => done(() => reject(new Error('The wait was cancelled')));
      const spin = () => {
        if (this.now() >= t) done(resolve);
        else poll = setImmediate(spin);
      };
      if (signal?.aborted) return aborted();
      signal?.addEventListener('abort', aborted);
      const ahead = Math.floor((t - this.now() - POLLED) * 1000);
      if (ahead >= 1) timer = setTimeout(spin, ahead);
      else spin();
    });
  }
}
