import type { CameraSpec, Listener, Observation, RobotSpec, Unsubscribe, Vector } from './types';

/**
 * Whoever holds the stick: a person, a policy, a scripted expert. The loop cannot tell them apart.
 *
 * A pilot owes: `next` never waits and never throws for lack of data; it returns a target in the robot's units or
 * `null` for "hold still"; the first target after `start` is at (or next to) the joints it was shown: no jump.
 */
export interface Pilot {
  /** `person`, `policy`, `expert`: what is stored in the tick. */
  readonly kind: string;
  /** Called on every hand-over to this pilot, with what the robot sees now. */
  start(robot: RobotSpec, seen: Observation): Promise<void>;
  next(seen: Observation): Vector | null;
  stop(): Promise<void>;
  /** Cameras whose raw frames this pilot needs in its observations; none when absent. */
  readonly cameras?: readonly CameraSpec[];
}

/** Buttons a person can press on any input device, by meaning. */
export type Button =
  | 'stop'
  | 'take-over'
  | 'hand-over'
  | 'record'
  | 'keep'
  | 'discard'
  | 'redo'
  | 'success'
  | 'failure'
  | 'reset';

/** A pilot that is a person with an input device. */
export interface Teleoperator extends Pilot {
  onButton(listener: Listener<Button>): Unsubscribe;
  /** True while the person moves a control beyond its dead zone: the signal for take-over. */
  readonly active: boolean;
}

/**
 * What a person wants, whatever the device; every axis in -1..1, scaled to speeds by the teleoperator.
 * Cartesian mode: x forward, y left, z up (robot base frame), pitch up, roll clockwise seen from the gripper's back.
 * Joint mode: the same six axes drive the six joints one by one (x pan, y lift, z elbow, pitch wrist flex, roll, grip).
 */
export interface StickState {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly pitch: number;
  readonly roll: number;
  /** -1 closes, +1 opens. */
  readonly grip: number;
  /** Dead-man switch held. Always true for devices without one. */
  readonly deadman: boolean;
}

export const RESTING_STICK: StickState = { x: 0, y: 0, z: 0, pitch: 0, roll: 0, grip: 0, deadman: false };

/** A device that moves the stick. `poll` is called right before each tick and never waits. */
export interface StickSource {
  readonly id: string;
  readonly label: string;
  /** `null` when the device is gone or silent. */
  poll(now: number): StickState | null;
  onButton(listener: Listener<Button>): Unsubscribe;
  /** Raw control names that are in use now, such as `key:w` or `pad:left-x`, for the on-screen map. */
  lit(): readonly string[];
  close(): void;
}
