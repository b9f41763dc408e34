import { VirtualClock } from '../../src-main/core/clock';
import { VirtualLink } from '../../src-main/links/virtual-link';
import { so101Profile } from '../../src-main/robots/profiles';
import { So101, type So101Options } from '../../src-main/robots/so101';
import { FreePlant } from '../../src-main/sim/free-plant';
import { ServoBank } from '../../src-main/sim/servo-bank';

export interface VirtualArm {
  readonly clock: VirtualClock;
  readonly plant: FreePlant;
  readonly bank: ServoBank;
  readonly link: VirtualLink;
  readonly robot: So101;
}

/** An SO-101 driver on virtual servos and massless joints, on virtual time. */
export function virtualArm(options: Partial<So101Options> = {}): VirtualArm {
  const profile = so101Profile();
  const clock = new VirtualClock();
  const plant = FreePlant.of(profile, clock, [0.1, -0.2, 0.3, 0.4, -0.5, 0.6]);
  const bank = new ServoBank({ plant, profile, clock });
  const link = new VirtualLink(bank);
  const robot = new So101({ link, profile, kind: 'so101-sim', bus: { timeoutMs: 5 }, ...options });
  return { clock, plant, bank, link, robot };
}

/** What a promise rejects with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
