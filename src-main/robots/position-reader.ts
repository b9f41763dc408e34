import { fault } from '../core/fault';
import type { FeetechBus } from '../motors/feetech/bus';

/** About 26°: no servo of these turns that far between two looks of a control loop at 20 Hz or more. */
const JUMP = 300;
const LOOKS = 4;

/**
 * Present positions, in ticks. The protocol's checksum has 8 bits: one in 256 badly damaged answers passes it. So a
 * position that jumped (or the first one) counts only when the next look confirms it.
 */
export class PositionReader {
  readonly #bus: FeetechBus;
  readonly #ids: readonly number[];
  #last: readonly number[] | null = null;

  constructor(bus: FeetechBus, ids: readonly number[]) {
    this.#bus = bus;
    this.#ids = ids;
  }

  /** The last good reading. */
  get last(): readonly number[] | null {
    return this.#last;
  }

  async read(): Promise<readonly number[]> {
    let before = this.#last;
    for (let look = 0; look < LOOKS; look++) {
      const now = await this.#bus.syncRead(this.#ids, 'Present_Position');
      if ((before && near(before, now)) || (this.#last && near(this.#last, now))) {
        this.#last = now;
        return now;
      }
      before = now;
    }
    throw fault(
      'servo',
      'The arm’s positions jump about and cannot be trusted.',
      'Check the servo cables and the power supply; keep the USB cable away from motors and chargers.',
    );
  }
}

function near(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (Math.abs((a[i] as number) - (b[i] as number)) > JUMP) return false;
  return true;
}
