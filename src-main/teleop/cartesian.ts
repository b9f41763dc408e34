import type { Vec3 } from '../core/pose';
import { add, dot, norm, scale, sub } from '../core/pose';
import type { Kinematics, ToolGoal, ToolMotion } from './kinematics';

/** How far the tool may be off its goal and the goal still count as reached, metres. */
const REACHED = 0.001;
/** Beyond reach, a step is taken only if it goes this much (cosine) the way the stick points: no sliding off sideways. */
const ALIGNED = 0.7;

/**
 * Drives the tool by velocities and remembers where it should be, so that small errors of each step do not add up and
 * a straight line stays straight. Where the goal cannot be reached the goal waits: nothing winds up behind a limit.
 */
export class CartesianDrive {
  readonly #arm: Kinematics;
  readonly #maxSpeed: readonly number[];
  /** `pos` null = wherever the tool is at the next step. */
  #goal: { readonly pos: Vec3 | null; readonly pitch: number } | undefined;

  /** `maxSpeed`: hinge speeds in rad/s by joint of the profile. */
  constructor(arm: Kinematics, maxSpeed: readonly number[]) {
    this.#arm = arm;
    this.#maxSpeed = maxSpeed;
  }

  /** Forgets the goal: the next step starts from wherever the angles put the tool. */
  reset(): void {
    this.#goal = undefined;
  }

  /** The person let go, or the robot did not follow: the place is where the tool is, the wanted pitch stays wanted. */
  settle(): void {
    if (this.#goal) this.#goal = { ...this.#goal, pos: null };
  }

  advance(angles: readonly number[], motion: ToolMotion, dt: number): number[] {
    const arm = this.#arm;
    const start = arm.tool(angles);
    const kept = { pos: this.#goal?.pos ?? start.pose.pos, pitch: this.#goal?.pitch ?? start.pitch };
    const goal =
      motion.pitch === 0 ? kept : { pos: kept.pos, pitch: start.pitch + clip(turn(start.pitch, kept.pitch), 0.1) };
    const base = arm.rolled(angles, motion.roll * dt);
    const shift = scale(motion.v, dt);
    const length = norm(shift);
    if (length === 0 && motion.pitch === 0) {
      // Pure roll: the tool point sits a little off the roll axis, so the arm makes up for its swing.
      this.#goal = goal;
      return this.#keepSpeed(angles, arm.solve(base, goal).angles, dt);
    }
    // The whole step, else a quarter of it: the last bit up to a limit is taken too.
    for (const part of [1, 0.25]) {
      const next: ToolGoal = { pos: add(goal.pos, scale(shift, part)), pitch: goal.pitch + motion.pitch * dt * part };
      const found = arm.solve(base, next);
      const q = this.#keepSpeed(angles, found.angles, dt);
      const there = arm.tool(q);
      const moved = sub(there.pose.pos, start.pose.pos);
      const reached = found.miss <= REACHED;
      const along = length > 0 ? dot(moved, shift) / length : 0;
      if (!reached && (along < 1e-6 || along < ALIGNED * norm(moved))) continue;
      this.#goal = {
        pos: !reached ? there.pose.pos : q === found.angles ? next.pos : onLine(goal.pos, shift, there.pose.pos),
        // Pitch that gave way to position comes back where it can, unless the person turns it from where it is now.
        pitch: motion.pitch === 0 ? goal.pitch : there.pitch + clip(turn(there.pitch, next.pitch), 0.1),
      };
      return q;
    }
    this.#goal = { pos: start.pose.pos, pitch: motion.pitch === 0 ? goal.pitch : start.pitch };
    return this.#keepSpeed(angles, base, dt);
  }

  /** Near a singularity a small step of the tool is a large one of the joints: all joints then go part of the way. */
  #keepSpeed(from: readonly number[], to: number[], dt: number): number[] {
    let excess = 1;
    for (const [i, limit] of this.#maxSpeed.entries()) {
      excess = Math.max(excess, Math.abs((to[i] ?? 0) - (from[i] ?? 0)) / (limit * dt));
    }
    return excess > 1 ? from.map((a, i) => a + ((to[i] ?? a) - a) / excess) : to;
  }
}

/** The point nearest to `p` on the line from `origin` along `direction`, not behind the origin. */
function onLine(origin: Vec3, direction: Vec3, p: Vec3): Vec3 {
  const square = dot(direction, direction);
  return square === 0 ? origin : add(origin, scale(direction, Math.max(0, dot(sub(p, origin), direction) / square)));
}

const clip = (x: number, most: number): number => Math.min(Math.max(x, -most), most);
const turn = (from: number, to: number): number => to - from - 2 * Math.PI * Math.round((to - from) / (2 * Math.PI));
