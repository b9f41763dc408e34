import type { Clock } from '../core/clock';
import type { Plant } from '../core/plant';
import { SERVO } from './mjcf';
import type { MjData, MjModel, Mujoco } from './mujoco';

/** The compiled world and where the arm's hinges sit in its arrays. */
export interface Physics {
  readonly mj: Mujoco;
  readonly model: MjModel;
  readonly data: MjData;
  /** Index of each joint's angle in `qpos` and rate in `qvel`, in profile order. Actuators are in profile order too. */
  readonly qpos: readonly number[];
  readonly qvel: readonly number[];
}

/** Never computes more than this many seconds of world at once: a machine that was asleep must not work through the night. */
export const MAX_CATCH_UP = 0.25;

/** The arm's hinges in the physics. The physics follows the clock only when someone looks (`advance`). */
export class SimPlant implements Plant {
  readonly joints: number;
  readonly #clock: Clock;
  #physics: Physics;
  /** Clock time up to which the physics has been computed. */
  #upTo: number;
  #onStepped: () => void;

  constructor(physics: Physics, clock: Clock, onStepped: () => void) {
    this.#physics = physics;
    this.#clock = clock;
    this.#upTo = clock.now();
    this.#onStepped = onStepped;
    this.joints = physics.qpos.length;
  }

  /** Continues in another world (task change); what the servos wanted carries over. */
  attach(physics: Physics): void {
    const { ctrl } = this.#physics.data;
    const range = this.#physics.model.actuator_forcerange;
    physics.data.ctrl.set(ctrl.slice());
    physics.model.actuator_forcerange.set(range.slice());
    this.#physics = physics;
    this.#upTo = this.#clock.now();
  }

  advance(): void {
    const now = this.#clock.now();
    if (now - this.#upTo > MAX_CATCH_UP) this.#upTo = now - MAX_CATCH_UP;
    const { mj, model, data } = this.#physics;
    const dt = model.opt.timestep;
    const steps = Math.floor((now - this.#upTo) / dt + 1e-6);
    if (steps <= 0) return;
    for (let i = 0; i < steps; i++) mj.step(model, data);
    this.#upTo += steps * dt;
    this.#onStepped();
  }

  position(joint: number): number {
    return this.#physics.data.qpos[this.#physics.qpos[joint] ?? -1] ?? Number.NaN;
  }

  velocity(joint: number): number {
    return this.#physics.data.qvel[this.#physics.qvel[joint] ?? -1] ?? Number.NaN;
  }

  load(joint: number): number {
    const force = this.#physics.data.actuator_force[joint] ?? Number.NaN;
    return Math.max(-1, Math.min(1, force / SERVO.stall));
  }

  drive(joint: number, goal: number | null, torque: number): void {
    if (joint < 0 || joint >= this.joints || (goal !== null && !Number.isFinite(goal))) return;
    const { data, model } = this.#physics;
    // A limp servo is one that may use no force: gear friction and damping stay.
    const limit = goal === null ? 0 : SERVO.stall * Math.max(0, Math.min(1, torque));
    model.actuator_forcerange[2 * joint] = -limit;
    model.actuator_forcerange[2 * joint + 1] = limit;
    if (goal !== null) data.ctrl[joint] = goal;
  }
}
