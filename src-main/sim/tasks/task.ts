import type { Pose, Quat, Vec3 } from '../../core/pose';
import type { Random } from '../../core/random';
import type { TaskSpec } from '../../core/task';
import type { Vector } from '../../core/types';

/** A body the arm can touch. Without a mass it stands fixed at `pos`; with one it moves freely. Sizes as in `SceneObject`. */
export interface SceneBody {
  readonly name: string;
  readonly shape: 'box' | 'cylinder' | 'sphere';
  readonly size: readonly number[];
  /** kg */
  readonly mass?: number;
  readonly friction?: number;
  readonly pos?: Vec3;
  readonly quat?: Quat;
}

/** The world as a task judges it. Metres and radians in the robot's base frame. */
export interface TaskView {
  readonly tool: Pose;
  /** Gripper opening, 0 closed .. 1 open. */
  readonly opening: number;
  /** Seconds since the exercise began: since the reset, or since a trial or a take began after it. */
  readonly time: number;
  /** Pose of a free body or marker. */
  pose(name: string): Pose;
  /** Speed of a free body, m/s (spin counts at 2 cm radius). */
  speed(name: string): number;
}

/** One exercise: what stands on the table, where things start, what a policy may see and when it is done. */
export interface SimTask {
  readonly spec: TaskSpec;
  readonly bodies: readonly SceneBody[];
  /** Poses of the free bodies and moving markers for a new start. */
  start(random: Random): Readonly<Record<string, Pose>>;
  /** Values in the order of `spec.environment`. */
  environment(view: TaskView): number[];
  /** The way back: where things stood when `environment` gave these values (turned things up to their symmetry). */
  restore(values: Vector): Readonly<Record<string, Pose>>;
  /** Whether the goal is met at this instant. */
  met(view: TaskView): boolean;
  /** Whether this try is lost for good at this instant, such as when the wrong thing has been touched. */
  spoilt?(view: TaskView): boolean;
  /** Markers that come and go by themselves: where they are now (`HIDDEN` = nowhere). */
  shown?(view: TaskView): Readonly<Record<string, Pose>>;
  /** Seconds `met` must hold without a break. */
  readonly dwell: number;
}

/** Where a marker is while nobody can see it. */
export const HIDDEN: Pose = { pos: [0, 0, -1], quat: [1, 0, 0, 0] };

/** Angle of a quaternion about the vertical, rad. */
export const yawOf = (q: Quat): number =>
  Math.atan2(2 * (q[0] * q[3] + q[1] * q[2]), 1 - 2 * (q[2] * q[2] + q[3] * q[3]));
