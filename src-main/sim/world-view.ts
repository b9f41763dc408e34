import { compose, type Pose } from '../core/pose';
import { fromHinge, type RobotProfile } from '../core/profile';
import type { Physics } from './sim-plant';
import type { SimTask, TaskView } from './tasks/task';

interface FreeBody {
  readonly qpos: number;
  readonly qvel: number;
}

/** Reads and places the things of one task in the physics. Markers live here only: nothing can touch them. */
export class WorldView implements TaskView {
  readonly #physics: Physics;
  readonly #profile: RobotProfile;
  readonly #free = new Map<string, FreeBody>();
  readonly #markers = new Map<string, Pose>();
  /** The body that carries the tool point. */
  readonly #hand: number;
  readonly #task: SimTask;
  #tool: Pose | null = null;
  /** Physics time at which the exercise began. */
  #began = 0;

  constructor(physics: Physics, profile: RobotProfile, task: SimTask) {
    this.#physics = physics;
    this.#profile = profile;
    this.#task = task;
    const { mj, model } = physics;
    this.#hand = mj.bodyId(model, profile.tool.link);
    for (const body of task.bodies) {
      if (!body.mass) continue;
      const id = mj.jointId(model, body.name);
      this.#free.set(body.name, { qpos: model.jnt_qposadr[id] ?? -1, qvel: model.jnt_dofadr[id] ?? -1 });
    }
  }

  /** Call when the physics has moved. */
  stale(): void {
    this.#tool = null;
  }

  /** The exercise begins now. */
  begin(): void {
    this.#began = this.#physics.data.time;
  }

  get time(): number {
    return this.#physics.data.time - this.#began;
  }

  get tool(): Pose {
    this.#tool ??= this.#readTool();
    return this.#tool;
  }

  get opening(): number {
    const { data, qpos } = this.#physics;
    const values = fromHinge(
      this.#profile,
      qpos.map((at) => data.qpos[at] ?? 0),
    );
    const grip = this.#profile.joints.findIndex((joint) => joint.unit === 'ratio');
    return values[grip] ?? 0;
  }

  pose(name: string): Pose {
    const body = this.#free.get(name);
    if (body) {
      const q = this.#physics.data.qpos.subarray(body.qpos, body.qpos + 7);
      const [x = 0, y = 0, z = 0, w = 1, i = 0, j = 0, k = 0] = q;
      return { pos: [x, y, z], quat: [w, i, j, k] };
    }
    const marker = this.#markers.get(name);
    if (!marker) throw new RangeError(`nothing called ${name} is on the table`);
    return marker;
  }

  speed(name: string): number {
    const body = this.#free.get(name);
    if (!body) return 0;
    const [x = 0, y = 0, z = 0, a = 0, b = 0, c = 0] = this.#physics.data.qvel.subarray(body.qvel, body.qvel + 6);
    return Math.hypot(x, y, z) + 0.02 * Math.hypot(a, b, c);
  }

  place(name: string, pose: Pose): void {
    const body = this.#free.get(name);
    if (!body) {
      this.#markers.set(name, pose);
      return;
    }
    this.#physics.data.qpos.set([...pose.pos, ...pose.quat], body.qpos);
    this.#physics.data.qvel.fill(0, body.qvel, body.qvel + 6);
  }

  poses(): Record<string, Pose> {
    const names = [...this.#free.keys(), ...this.#markers.keys()];
    return { ...Object.fromEntries(names.map((name) => [name, this.pose(name)])), ...this.#task.shown?.(this) };
  }

  #readTool(): Pose {
    const { mj, model, data } = this.#physics;
    mj.kinematics(model, data);
    const [x = 0, y = 0, z = 0] = data.xpos.subarray(3 * this.#hand, 3 * this.#hand + 3);
    const [w = 1, i = 0, j = 0, k = 0] = data.xquat.subarray(4 * this.#hand, 4 * this.#hand + 4);
    return compose({ pos: [x, y, z], quat: [w, i, j, k] }, this.#profile.tool);
  }
}
