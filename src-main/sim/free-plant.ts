import type { Clock } from '../core/clock';
import type { Plant } from '../core/plant';
import type { RobotProfile } from '../core/profile';

interface FreeJoint {
  position: number;
  velocity: number;
  goal: number | null;
  torque: number;
  blocked: boolean;
  readonly low: number;
  readonly high: number;
  readonly maxSpeed: number;
}

/** Time constant of the approach to the goal, s. */
const LAG = 0.03;

/**
 * Joints without mass or contact: each approaches its goal like a first-order system with a speed limit, solved
 * exactly, so that the result does not depend on how often one looks. For tests, and for an arm without a world.
 */
export class FreePlant implements Plant {
  readonly #joints: FreeJoint[];
  readonly #clock: Clock;
  #then: number;

  /** `limits`: hinge range, rad, and top speed, rad/s, of each joint. */
  constructor(
    limits: readonly { readonly low: number; readonly high: number; readonly maxSpeed: number }[],
    clock: Clock,
    start: readonly number[] = [],
  ) {
    this.#clock = clock;
    this.#then = clock.now();
    this.#joints = limits.map((limit, i) => ({
      ...limit,
      position: start[i] ?? 0,
      velocity: 0,
      goal: null,
      torque: 0,
      blocked: false,
    }));
  }

  static of(profile: RobotProfile, clock: Clock, start: readonly number[] = []): FreePlant {
    return new FreePlant(
      profile.joints.map(({ hinge: [low, high], min, max, maxSpeed, unit }) => ({
        low,
        high,
        maxSpeed: unit === 'ratio' ? (maxSpeed * (high - low)) / (max - min) : maxSpeed,
      })),
      clock,
      start,
    );
  }

  get joints(): number {
    return this.#joints.length;
  }

  advance(): void {
    const now = this.#clock.now();
    const dt = now - this.#then;
    if (dt <= 0) return;
    this.#then = now;
    for (const joint of this.#joints) move(joint, dt);
  }

  position(joint: number): number {
    return this.#at(joint).position;
  }

  velocity(joint: number): number {
    return this.#at(joint).velocity;
  }

  load(joint: number): number {
    const { goal, position, torque } = this.#at(joint);
    return goal === null ? 0 : Math.max(-torque, Math.min(torque, (goal - position) * 10));
  }

  drive(joint: number, goal: number | null, torque: number): void {
    const it = this.#at(joint);
    it.goal = goal;
    it.torque = torque;
  }

  /** A hand (or a table) that does not let the joint move. */
  block(joint: number, blocked = true): void {
    this.#at(joint).blocked = blocked;
  }

  /** A hand that moves the joint. */
  place(joint: number, angle: number): void {
    this.#at(joint).position = angle;
  }

  #at(joint: number): FreeJoint {
    const it = this.#joints[joint];
    if (!it) throw new RangeError(`there is no joint ${joint}`);
    return it;
  }
}

function move(joint: FreeJoint, dt: number): void {
  if (joint.goal === null || joint.torque <= 0 || joint.blocked) {
    joint.velocity = 0;
    return;
  }
  const goal = Math.max(joint.low, Math.min(joint.high, joint.goal));
  const error = goal - joint.position;
  const near = joint.maxSpeed * LAG;
  const cruise = Math.min(dt, Math.max(0, (Math.abs(error) - near) / joint.maxSpeed));
  const left = error - Math.sign(error) * joint.maxSpeed * cruise;
  const rest = left * Math.exp(-(dt - cruise) / LAG);
  joint.position = goal - rest;
  joint.velocity = Math.max(-joint.maxSpeed, Math.min(joint.maxSpeed, rest / LAG));
}
