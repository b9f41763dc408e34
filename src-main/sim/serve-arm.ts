import type { Clock } from '../core/clock';
import type { Plant } from '../core/plant';
import type { RobotProfile } from '../core/profile';
import { openPseudoTerminal } from '../links/pty';
import { ServoBank } from './servo-bank';

export interface ServedArm {
  /** Open this like a serial port. */
  readonly path: string;
  readonly bank: ServoBank;
  close(): Promise<void>;
}

export interface ServeArmOptions {
  readonly profile: RobotProfile;
  readonly plant: Plant;
  readonly clock: Clock;
  /** Answer as late as a real bus at 1 Mbaud would, to the millisecond. Off: at once. */
  readonly wireTiming?: boolean;
}

/** Between packets the arm keeps moving, at this rate. */
const TICK_MS = 10;

/**
 * Puts a virtual arm on a pseudo-terminal, for our own serial tests and for other people's software. Rejects with a
 * `not-found` fault where the system has no pseudo-terminals (Windows).
 */
export async function serveArm({ profile, plant, clock, wireTiming = false }: ServeArmOptions): Promise<ServedArm> {
  const bank = new ServoBank({ profile, plant, clock });
  const terminal = await openPseudoTerminal();
  const off = terminal.onData((bytes) => {
    const answer = bank.receive(bytes);
    if (answer.length === 0) return;
    if (wireTiming) setTimeout(() => terminal.write(answer), bank.wireTime * 1000);
    else terminal.write(answer);
  });
  const timer = setInterval(() => bank.tick(), TICK_MS);
  return {
    path: terminal.path,
    bank,
    close: async () => {
      clearInterval(timer);
      off();
      terminal.close();
    },
  };
}
