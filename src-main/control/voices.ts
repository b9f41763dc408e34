import { Emitter } from '../core/emitter';
import type { Fault } from '../core/fault';
import { toFault } from '../core/fault';
import type { Tick } from '../core/types';

/** What the loop tells others. A listener that throws is reported as a fault and never disturbs the loop. */
export class Voices {
  readonly ticks = new Emitter<Tick>();
  readonly faults = new Emitter<Fault>();
  readonly stops = new Emitter<string>();

  tick(tick: Tick): Tick {
    void this.safely(() => this.ticks.emit(tick));
    return tick;
  }

  stopped(reason: string): void {
    void this.safely(() => this.stops.emit(reason));
  }

  report(error: unknown): void {
    try {
      this.faults.emit(toFault(error));
    } catch {
      // A fault listener that throws has nobody left to tell.
    }
  }

  async safely(work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.report(error);
    }
  }
}
