import { ControlLoop } from '../control/loop';
import { Seat } from '../control/seat';
import type { Clock } from '../core/clock';
import type { RobotProfile } from '../core/profile';
import type { TaskId, TaskSpec } from '../core/task';
import type { Image } from '../core/types';
import { SerialLink } from '../links/serial-link';
import { VirtualLink } from '../links/virtual-link';
import { so101Profile } from '../robots/profiles';
import { So101 } from '../robots/so101';
import { ServoBank } from '../sim/servo-bank';
import { SimWorld } from '../sim/world';
import { StickTeleop } from '../teleop/stick-teleop';

export type RobotChoice = { kind: 'so101-sim'; task: TaskId } | { kind: 'so101'; port: string };

export interface RigOptions {
  readonly clock: Clock;
  readonly rate: number;
  readonly seed?: number;
  readonly speed?: number;
  readonly mode?: 'cartesian' | 'joint';
  readonly deadman?: boolean;
  readonly images?: () => Readonly<Record<string, Image>> | undefined;
  readonly beforeTick?: () => void;
}

/** One robot with everything that moves it: link, driver, loop, seat, and the person's controls. */
export interface Rig {
  readonly choice: RobotChoice;
  readonly profile: RobotProfile;
  readonly robot: So101;
  /** Null on a real robot. */
  readonly world: SimWorld | null;
  readonly task: TaskSpec | null;
  readonly loop: ControlLoop;
  readonly seat: Seat;
  readonly teleop: StickTeleop;
  /** Simulation: new random start; the arm is elsewhere at once, so the loop must not pull it back. Returns the seed. */
  reset(seed?: number): Promise<number>;
  close(): Promise<void>;
}

/** The simulated arm is the SO-101 driver on a virtual link to virtual servos in a MuJoCo world: all but the wire is real. */
export async function openRig(choice: RobotChoice, options: RigOptions): Promise<Rig> {
  const profile = so101Profile();
  const { clock, rate } = options;
  const world =
    choice.kind === 'so101-sim'
      ? await SimWorld.create({ profile, task: choice.task, clock, seed: options.seed ?? 0 })
      : null;
  const bank = world ? new ServoBank({ plant: world.plant, profile, clock }) : null;
  const link = bank ? new VirtualLink(bank) : new SerialLink(choice.kind === 'so101' ? choice.port : '');
  const robot = new So101({ link, profile, kind: choice.kind });
  try {
    await robot.connect();
  } catch (error) {
    await robot.close();
    world?.dispose();
    throw error;
  }
  const loop = new ControlLoop({
    robot,
    clock,
    rate,
    environment: world ? () => world.environment() : undefined,
    images: options.images,
    beforeTick: options.beforeTick,
  });
  const teleop = new StickTeleop({
    profile,
    settings: { speed: options.speed ?? 1, mode: options.mode ?? 'cartesian', deadman: options.deadman ?? false },
    now: () => clock.now(),
  });
  const seat = new Seat(loop, teleop);
  return {
    choice,
    profile,
    robot,
    world,
    task: world?.task ?? null,
    loop,
    seat,
    teleop,
    async reset(seed) {
      if (!world) return 0;
      const driving = seat.mode === 'person';
      await seat.release();
      const used = world.reset(seed);
      await loop.rebase();
      if (driving) await seat.sit('person');
      return used;
    },
    async close() {
      seat.close();
      await loop.close();
      world?.dispose();
    },
  };
}
