import type { DatasetSpec } from '../core/episode';
import type { Unit, Vector } from '../core/types';

/** LeRobot stores degrees for joints and 0–100 for grippers; the app works in radians and 0–1. Metres stay metres. */
const SCALE: Record<Unit, number> = { rad: 180 / Math.PI, ratio: 100, m: 1 };

export const scales = (joints: DatasetSpec['joints']): number[] => joints.map((joint) => SCALE[joint.unit]);

/** Robot units → LeRobot units, rounded to the float32 that the disk keeps. */
export const toStored = (vector: Vector, scale: readonly number[]): number[] =>
  vector.map((value, i) => Math.fround(value * (scale[i] ?? 1)));

/** LeRobot units → robot units. */
export const fromStored = (vector: Vector, scale: readonly number[]): number[] =>
  vector.map((value, i) => value / (scale[i] ?? 1));

/** LeRobot's name of a joint's position. */
export const featureName = (joint: string): string => `${joint}.pos`;
