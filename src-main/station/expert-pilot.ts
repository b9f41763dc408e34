import { type Button, type Pilot, RESTING_STICK, type StickSource } from '../core/pilot';
import type { RobotProfile } from '../core/profile';
import type { Random } from '../core/random';
import type { Observation, RobotSpec, Unsubscribe, Vector } from '../core/types';
import { createExpert, type Expert } from '../sim/experts';
import type { SimWorld } from '../sim/world';
import { StickTeleop } from '../teleop/stick-teleop';

/**
 * The scripted expert holds a stick like a person: its deflections go through the same teleoperator, kinematics and
 * clamp. It may look at the simulator's state; the policy that learns from it may not.
 */
export class ExpertPilot implements Pilot {
  readonly kind = 'expert';
  readonly #teleop: StickTeleop;
  #expert: Expert | null = null;
  #seen: Vector = [];

  constructor(
    profile: RobotProfile,
    private readonly world: SimWorld,
    private readonly random: Random,
  ) {
    this.#teleop = new StickTeleop({
      profile,
      settings: { speed: 1, mode: 'cartesian', deadman: false },
      now: () => world.time,
    });
    const source: StickSource = {
      id: 'expert',
      label: 'Scripted expert',
      poll: (now) => this.#expert?.stick(this.#seen, now) ?? RESTING_STICK,
      onButton:
        (_listener: (button: Button) => void): Unsubscribe =>
        () => {},
      lit: () => [],
      close: () => {},
    };
    this.#teleop.addSource(source);
  }

  async start(robot: RobotSpec, seen: Observation): Promise<void> {
    this.#expert = createExpert(this.world.task.id, this.world, this.random);
    this.#seen = seen.joints;
    await this.#teleop.start(robot, seen);
  }

  next(seen: Observation): Vector | null {
    this.#seen = seen.joints;
    return this.#teleop.next(seen);
  }

  async stop(): Promise<void> {
    this.#expert = null;
    await this.#teleop.stop();
  }
}
