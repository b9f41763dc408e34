import type { StickState } from '../../core/pilot';
import type { Pose, Vec3 } from '../../core/pose';
import type { TaskId } from '../../core/task';
import type { Vector } from '../../core/types';

/** What an expert may look at: the true state of the world. `SimWorld` is one. */
export interface ExpertEyes {
  /** Seconds, on the world's clock. */
  readonly time: number;
  /** Seconds since the exercise began. */
  readonly elapsed: number;
  tool(): Pose;
  /** Measured joints in robot units; the last is the gripper, 0 closed .. 1 open. */
  joints(): Vector;
  object(name: string): Pose;
  success(): boolean;
}

/** A scripted driver with a stick in its hand. It sees the world's state, but moves the arm as a person would. */
export interface Expert {
  readonly task: TaskId;
  /** Called at least once a tick, with the measured joints in robot units. Time is the world's own, whatever `now` says. */
  stick(seen: Vector, now?: number): StickState;
  /** True once the task is done and the arm has come to rest. */
  readonly done: boolean;
}

/**
 * What a strategy wants at one instant: the tool's velocity in m/s, its pointing pitch in rad above the horizon, a turn
 * about its pointing axis in rad (clockwise from behind) and the gripper's opening. Strategies are functions of what
 * can be seen alone, without memory, so that a policy without memory can learn them. Two may do what no such policy
 * can: `detour` follows a whim, `recall` knows what was shown before.
 */
export interface Intent {
  readonly velocity: Vec3;
  readonly pitch: number;
  readonly turn: number;
  readonly opening: number;
}

export type Strategy = (seen: Sight) => Intent;

export interface Sight {
  readonly tool: Pose;
  readonly opening: number;
  /** Seconds since the exercise began. */
  readonly time: number;
  /** Three numbers in 0..1, drawn once for a demonstration: where ways are equally good, they decide and stick to it. */
  readonly whim: Vec3;
  object(name: string): Pose;
}
