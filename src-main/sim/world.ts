import type { Clock } from '../core/clock';
import { Emitter } from '../core/emitter';
import type { Plant } from '../core/plant';
import type { Pose } from '../core/pose';
import { fromHinge, type RobotProfile, toHinge } from '../core/profile';
import { Random } from '../core/random';
import type { SceneState, TaskId, TaskSpec } from '../core/task';
import type { Listener, Unsubscribe, Vector } from '../core/types';
import { buildMjcf } from './mjcf';
import { loadMujoco, type Mujoco } from './mujoco';
import { type Physics, SimPlant } from './sim-plant';
import { TASKS } from './tasks';
import type { SimTask } from './tasks/task';
import { WorldView } from './world-view';

export interface SimWorldOptions {
  readonly profile: RobotProfile;
  readonly task: TaskId;
  readonly clock: Clock;
  readonly seed: number;
}

/** How far a new start may be from the home pose: standard deviations, rad for the arm, ratio for the gripper. */
const JITTER = { arm: 0.04, gripper: 0.04 };

/**
 * The arm at its table with one task: physics, random starts and the judge. Deterministic: the same seed, clock and
 * drives give the same world, bit by bit. Call `dispose` at the end; the physics lives outside the garbage collector.
 */
export class SimWorld {
  readonly profile: RobotProfile;
  readonly plant: Plant;
  readonly #mj: Mujoco;
  readonly #clock: Clock;
  readonly #seeds: Random;
  readonly #plant: SimPlant;
  readonly #resets = new Emitter<number>();
  #task: SimTask;
  #physics: Physics;
  #view: WorldView;
  /** Physics time since which the goal has been met without a break; null when it is not. */
  #metSince: number | null = null;
  #spoilt = false;
  #disposed = false;

  static async create(options: SimWorldOptions): Promise<SimWorld> {
    return new SimWorld(await loadMujoco(), options);
  }

  private constructor(mj: Mujoco, { profile, task, clock, seed }: SimWorldOptions) {
    this.#mj = mj;
    this.profile = profile;
    this.#clock = clock;
    this.#seeds = new Random(seed);
    this.#task = TASKS[task];
    this.#physics = this.#compile();
    this.#view = new WorldView(this.#physics, profile, this.#task);
    this.#plant = new SimPlant(this.#physics, clock, () => this.#judge());
    this.plant = this.#plant;
    this.reset(seed);
  }

  /** Seconds, on the world's clock. */
  get time(): number {
    return this.#clock.now();
  }

  /** Seconds since the exercise began. */
  get elapsed(): number {
    this.#plant.advance();
    return this.#view.time;
  }

  get task(): TaskSpec {
    return this.#task.spec;
  }

  /** Another task on the same table; ends with a fresh start and returns its seed. */
  loadTask(id: TaskId): number {
    const old = this.#physics;
    this.#task = TASKS[id];
    this.#physics = this.#compile();
    this.#view = new WorldView(this.#physics, this.profile, this.#task);
    this.#plant.attach(this.#physics);
    release(old);
    return this.reset();
  }

  /**
   * A new random start; returns the seed that reproduces it. The arm is elsewhere at once and holds there until the
   * servos are driven again, so whoever owns the robot must forget old goals (`onReset`, or a halt).
   */
  reset(seed = this.#seeds.below(2 ** 31)): number {
    const random = new Random(seed);
    const { mj, model, data, qpos } = this.#physics;
    this.#plant.advance();
    const limits = model.actuator_forcerange.slice();
    mj.reset(model, data);
    model.actuator_forcerange.set(limits);
    const start = this.#startPose(random.fork(1));
    toHinge(this.profile, start).forEach((angle, joint) => {
      data.qpos[qpos[joint] ?? -1] = angle;
      data.ctrl[joint] = angle;
    });
    for (const [name, pose] of Object.entries(this.#task.start(random.fork(2)))) this.#view.place(name, pose);
    mj.forward(model, data);
    this.#view.stale();
    this.begin();
    this.#resets.emit(seed);
    return seed;
  }

  /**
   * The exercise begins now, with things as they are: what happens by itself happens from now on, and nothing has been
   * done wrong yet. A reset does this too; a trial and a take do it when they begin, for that may be later.
   */
  begin(): void {
    this.#plant.advance();
    this.#view.begin();
    this.#metSince = null;
    this.#spoilt = false;
  }

  onReset(listener: Listener<number>): Unsubscribe {
    return this.#resets.on(listener);
  }

  /** Values in the order of `task.environment`. */
  environment(): number[] {
    this.#plant.advance();
    return this.#task.environment(this.#view);
  }

  /** Measured joints in robot units. */
  joints(): Vector {
    this.#plant.advance();
    return fromHinge(
      this.profile,
      this.profile.joints.map((_, i) => this.#plant.position(i)),
    );
  }

  /** Everything to draw: joints in robot units, poses of what moves or starts somewhere else each time. */
  scene(): SceneState {
    const joints = this.joints();
    return { t: this.#clock.now(), joints, objects: this.#view.poses() };
  }

  /** Pose of the tool point in the base frame. */
  tool(): Pose {
    this.#plant.advance();
    return this.#view.tool;
  }

  /** Where a free body or marker is, base frame. */
  object(name: string): Pose {
    this.#plant.advance();
    return this.#view.pose(name);
  }

  /** Puts an object somewhere (metres, base frame), at rest. For exercises and tests. */
  place(name: string, pose: Pose): void {
    this.#view.place(name, pose);
    this.#mj.forward(this.#physics.model, this.#physics.data);
    this.#view.stale();
  }

  /** Puts everything back to where it was when `environment` gave these values. */
  restore(values: Vector): void {
    for (const [name, pose] of Object.entries(this.#task.restore(values))) this.place(name, pose);
    this.#metSince = null;
  }

  /** True while the task's goal has held for its dwell time. */
  success(): boolean {
    this.#plant.advance();
    return (
      !this.#spoilt && this.#metSince !== null && this.#physics.data.time - this.#metSince >= this.#task.dwell - 1e-9
    );
  }

  /** Bytes of the physics engine's memory, all worlds of this process together: for leak tests. */
  heapBytes(): number {
    return this.#physics.data.qpos.buffer.byteLength;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    release(this.#physics);
  }

  #judge(): void {
    this.#view.stale();
    if (this.#task.spoilt?.(this.#view)) this.#spoilt = true;
    if (!this.#task.met(this.#view)) this.#metSince = null;
    else this.#metSince ??= this.#physics.data.time;
  }

  #startPose(random: Random): number[] {
    return this.profile.joints.map((joint, i) => {
      const spread = joint.unit === 'ratio' ? JITTER.gripper : JITTER.arm;
      const value = (this.profile.home[i] ?? 0) + spread * Math.max(-2, Math.min(2, random.normal()));
      return Math.max(joint.min, Math.min(joint.max, value));
    });
  }

  #compile(): Physics {
    const mj = this.#mj;
    const { model, data } = mj.compile(buildMjcf(this.profile, this.#task.bodies));
    const ids = this.profile.joints.map((joint) => mj.jointId(model, joint.name));
    return {
      mj,
      model,
      data,
      qpos: ids.map((id) => model.jnt_qposadr[id] ?? -1),
      qvel: ids.map((id) => model.jnt_dofadr[id] ?? -1),
    };
  }
}

function release({ model, data }: Physics): void {
  data.delete();
  model.delete();
}
