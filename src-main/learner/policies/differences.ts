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
  /** Where it comes to rest, in these units. */
  rest: z.number(),
});
/** How sharp the near view of a difference is: it sees a sixth of the spread to either side of rest. */
const NEAR = 6;

export type Difference = z.output<typeof differenceSchema>;

/** Value a − value b as a feature. `mean`, `std` and `rest` are those of the difference itself, in the robot's units. */
export function difference(
  a: number,
  b: number,
  scale: Normaliser,
  { mean, std, rest }: { mean: number; std: number; rest: number },
): Difference {
  const [stdA, stdB] = [scale.std[a] as number, scale.std[b] as number];
  const offset = ((scale.mean[a] as number) - (scale.mean[b] as number) - mean) / std;
  return { a, b, gainA: stdA / std, gainB: -stdB / std, offset, rest: (rest - mean) / std };
}

/** B × W normalised features → B × 2D: each as it is, and from near where it comes to rest, −1..1: a centimetre decides a
 * grasp, and is a hundredth of the way there. @param from where the newest observation begins among the W */
export function differencesOf(tf: Tf, features: Tensor2D, differences: readonly Difference[], from: number): Tensor2D {
  const [, width] = features.shape;
  const count = differences.length;
  const mix = new Float32Array(width * count);
  for (const [d, { a, b, gainA, gainB }] of differences.entries()) {
    mix[(from + a) * count + d] = gainA;
    mix[(from + b) * count + d] = gainB;
  }
  const sums = tf.matMul(features, tf.tensor2d(mix, [width, count]));
  const far: Tensor2D = tf.add(sums, tf.tensor1d(differences.map(({ offset }) => offset)));
  const near: Tensor2D = tf.tanh(tf.mul(tf.sub(far, tf.tensor1d(differences.map(({ rest }) => rest))), NEAR));
  return tf.concat2d([far, near], 1);
}
