import type { Quat, Vec3 } from './pose';

export const TASK_IDS = ['reach', 'push', 'pick-place', 'detour', 'recall'] as const;
export type TaskId = (typeof TASK_IDS)[number];

/** A thing on the simulated table. Sizes are half-extents in metres (box), or radius and half-height (cylinder), or radius (sphere). */
export interface SceneObject {
  readonly name: string;
  readonly shape: 'box' | 'cylinder' | 'sphere';
  readonly size: readonly number[];
  /** #rrggbb */
  readonly color: string;
  /** A marker is drawn but cannot be touched. */
  readonly marker?: boolean;
  /** Where it stands when it does not move. Ignored for objects whose pose is streamed. */
  readonly pos?: Vec3;
  readonly quat?: Quat;
}

export interface TaskSpec {
  readonly id: TaskId;
  readonly title: string;
  /** The task text stored with each demonstration. */
  readonly prompt: string;
  /** Names of the values in `Observation.environment`, such as `cube.x`. */
  readonly environment: readonly string[];
  /** Seconds after which a rollout counts as failed. */
  readonly timeLimit: number;
  readonly objects: readonly SceneObject[];
}

/** Where everything is now, for whoever draws it. */
export interface SceneState {
  readonly t: number;
  readonly joints: readonly number[];
  readonly objects: Readonly<Record<string, { readonly pos: Vec3; readonly quat: Quat }>>;
}
