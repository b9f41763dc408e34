import type { Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Tf } from '../engine';
import type { Normaliser } from '../normaliser';

/**
 * gainA · feature a + gainB · feature b + offset, of normalised features: the difference of two values in the robot's
 * units, normalised in its own right. A hand two centimetres beside a cube is far off in centimetres between them, and
 * next to nothing in a hand's reach.
 */
export const differenceSchema = z.object({
  a: z.number().int().min(0),
  b: z.number().int().min(0),
  gainA: z.number(),
  gainB: z.number(),
  offset: z.number(),
});
export type Difference = z.output<typeof differenceSchema>;

/** Value a − value b as a feature. `mean` and `std` are those of the difference itself, in the robot's units. */
export function difference(a: number, b: number, scale: Normaliser, mean: number, std: number): Difference {
  const [stdA, stdB] = [scale.std[a] as number, scale.std[b] as number];
  const offset = ((scale.mean[a] as number) - (scale.mean[b] as number) - mean) / std;
  return { a, b, gainA: stdA / std, gainB: -stdB / std, offset };
}

/** B × W normalised features → B × D. @param from where the newest observation begins among the W */
export function differencesOf(tf: Tf, features: Tensor2D, differences: readonly Difference[], from: number): Tensor2D {
  const [, width] = features.shape;
  const count = differences.length;
  const mix = new Float32Array(width * count);
  for (const [d, { a, b, gainA, gainB }] of differences.entries()) {
    mix[(from + a) * count + d] = gainA;
    mix[(from + b) * count + d] = gainB;
  }
  const sums = tf.matMul(features, tf.tensor2d(mix, [width, count]));
  return tf.add(sums, tf.tensor1d(differences.map(({ offset }) => offset)));
}

/**
 * How much each of the W features and D differences counts at the start of training: networks learn first, and bridge
 * gaps by, what varies most. `emphasis` times for a difference, as much less for the values it is made of.
 */
export function emphasised(
  width: number,
  differences: readonly Difference[],
  from: number,
  emphasis: number,
): number[] {
  const gains = new Array<number>(width + differences.length).fill(1);
  for (const { a, b } of differences) {
    gains[from + a] = 1 / emphasis;
    gains[from + b] = 1 / emphasis;
  }
  return gains.fill(emphasis, width);
}
