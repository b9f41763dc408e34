import type { ControlLoop } from '../control/loop';
import type { VirtualClock } from '../core/clock';
import { fault } from '../core/fault';
import type { Tick } from '../core/types';

/**
 * Lets the loop turn until `done` says so. In the app the loop turns by itself and the pump only watches; in the CLI
 * and in tests the pump turns it on virtual time. What runs an episode needs not know which.
 */
export type Pump = (done: (tick: Tick) => boolean, signal?: AbortSignal) => Promise<void>;

const cancelled = () => fault('cancelled', 'Stopped before the end', 'Start again when you are ready.');

export const watchingPump =
  (loop: ControlLoop): Pump =>
  (done, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      const end = (act: () => void) => {
        offTick();
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      const onAbort = () => end(() => reject(cancelled()));
      const offTick = loop.onTick((tick) => {
        try {
          if (done(tick)) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      });
      signal?.addEventListener('abort', onAbort);
    });

/** `settle` is awaited after each tick: a policy in another process gets the time it needs, at no simulated cost. */
export const virtualPump =
  (loop: ControlLoop, clock: VirtualClock, settle: () => Promise<void> = async () => {}): Pump =>
  async (done, signal) => {
    for (;;) {
      if (signal?.aborted) throw cancelled();
      const tick = await loop.step();
      await settle();
      clock.advance(1 / loop.rate);
      // No tick = the robot could not be read; the loop itself stops when that goes on.
      if (tick && done(tick)) return;
      if (!tick && loop.stopped) throw fault('link-lost', loop.stopped, 'Start again.');
    }
  };
