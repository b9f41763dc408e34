import type { Channel } from '../core/episode';
import type { Vector } from '../core/types';

/** LeRobot stores degrees for joints and 0–100 for grippers; the app works in radians and 0–1. Metres stay metres. */
const SCALE: Record<Channel['unit'], number> = { rad: 180 / Math.PI, ratio: 100, m: 1, raw: 1 };

export const scales = (channels: readonly Channel[]): number[] => channels.map((channel) => SCALE[channel.unit]);

/** Robot units → LeRobot units, rounded to the float32 that the disk keeps. */
export const toStored = (vector: Vector, scale: readonly number[]): number[] =>
  vector.map((value, i) => Math.fround(value * (scale[i] ?? 1)));

/** LeRobot units → robot units. */
export const fromStored = (vector: Vector, scale: readonly number[]): number[] =>
  vector.map((value, i) => value / (scale[i] ?? 1));

/** LeRobot's name of a channel: a joint's position in our units, or the name another program gave it. */
export const featureName = ({ name, unit }: Channel): string => (unit === 'raw' ? name : `${name}.pos`);
