import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Tf } from '../engine';
import { dense, relu } from '../layers';
import { denseParameters, type ParameterSpec } from '../parameters';

/** `silu` (x · sigmoid(x)) is smooth, and so is what it makes between few demonstrations; `relu` costs less. */
export type Activation = 'relu' | 'silu';

const bend = <T extends Tensor>(tf: Tf, x: T, activation: Activation): T =>
  activation === 'relu' ? relu(tf, x) : tf.mul(x, tf.sigmoid(x));

/** M networks of the same shape in one: a product of stacked matrices costs about what one wide network costs. */
export interface Ensemble {
  readonly parameters: readonly ParameterSpec[];
  /** B × in → M × B × out; each member is shown the same samples. */
  apply(tf: Tf, weights: readonly Tensor[], x: Tensor2D): Tensor3D;
}

/** @param widths in, hidden …, out; the last layer starts small, so that the first answer is the mean action */
export function ensemble(members: number, widths: readonly number[], activation: Activation = 'relu'): Ensemble {
  const layers = widths.slice(1).map((width, i) => ({
    from: widths[i] as number,
    to: width,
    gain: i === widths.length - 2 ? 0.1 : 2,
  }));
  const parameters = layers.flatMap(({ from, to, gain }) => {
    if (members === 1) return denseParameters(from, to, gain);
    return [
      { shape: [members, from, to], std: Math.sqrt(gain / from) },
      { shape: [members, 1, to], std: 0 },
    ];
  });
  const apply = (tf: Tf, w: readonly Tensor[], x: Tensor2D): Tensor3D => {
    if (members === 1) {
      let y = x; // B × width
      for (const [i] of layers.entries()) {
        y = dense(tf, y, w[2 * i] as Tensor, w[2 * i + 1] as Tensor);
        if (i < layers.length - 1) y = bend(tf, y, activation);
      }
      return tf.expandDims(y, 0);
    }
    const [, inputs] = x.shape;
    let y = tf.tile(tf.reshape(x, [1, -1, inputs]), [members, 1, 1]) as Tensor3D; // M × B × in
    for (const [i] of layers.entries()) {
      y = tf.add(tf.matMul(y, w[2 * i] as Tensor3D), w[2 * i + 1] as Tensor) as Tensor3D; // M × B × width
      if (i < layers.length - 1) y = bend(tf, y, activation);
    }
    return y;
  };
  return { parameters, apply };
}
