import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Tf } from './engine';

/** Building blocks of the policies, chosen for few and cheap operations: each costs a call into the engine. */

/** max(x, 0). Its gradient masks with sign(y): tfjs' own uses a `step` that the native engine composes of several. */
export function relu<T extends Tensor>(tf: Tf, x: T): T {
  const op = tf.customGrad((input, save) => {
    const y = tf.relu(input as T);
    (save as (tensors: Tensor[]) => void)([y]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(dy, tf.sign(saved[0] as Tensor)),
    };
  });
  return op(x) as T;
}

/** B × in → B × out. */
export function dense(tf: Tf, x: Tensor2D, weights: Tensor, bias: Tensor): Tensor2D {
  return tf.add(tf.matMul(x, weights as Tensor2D), bias);
}

/** B × H × W × in → B × H/stride × W/stride × out. */
export function conv(tf: Tf, x: Tensor4D, filter: Tensor, bias: Tensor, stride: number): Tensor4D {
  return tf.add(tf.conv2d(x, filter as Tensor4D, stride, 'same'), bias);
}

/**
 * Where each channel looks: the expected (x, y), each −1..1, under a softmax over the picture. Keeps positions that
 * pooling would lose (Levine et al. 2016, "End-to-End Training of Deep Visuomotor Policies").
 * B × H × W × C → B × 2C
 */
export function spatialSoftmax(tf: Tf, x: Tensor4D): Tensor2D {
  const [batch, height, width, channels] = x.shape;
  const flat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height * width]);
  const attention = tf.softmax(flat);
  return tf.reshape(tf.matMul(attention, coordinates(tf, height, width)), [batch, channels * 2]) as Tensor2D;
}

/** (H·W) × 2: the x and y of each pixel, −1..1. */
function coordinates(tf: Tf, height: number, width: number): Tensor2D {
  const values = new Float32Array(height * width * 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      values[(y * width + x) * 2] = width > 1 ? (2 * x) / (width - 1) - 1 : 0;
      values[(y * width + x) * 2 + 1] = height > 1 ? (2 * y) / (height - 1) - 1 : 0;
    }
  }
  return tf.tensor2d(values, [height * width, 2]);
}

/** Mean absolute error over everything; the median, not the mean, of what demonstrators did. */
export function meanAbsolute(tf: Tf, predicted: Tensor, wanted: Tensor): Scalar {
  return tf.mean(tf.abs(tf.sub(predicted, wanted)));
}

/** The same over actions and hints together, every value weighing alike. Pairs are [predicted, wanted], same shape. */
export function meanAbsoluteWith(
  tf: Tf,
  actions: readonly [Tensor, Tensor],
  hints: readonly [Tensor, Tensor] | null,
): Scalar {
  if (!hints) return meanAbsolute(tf, ...actions);
  const perSample = (t: Tensor): number => t.size / (t.shape[0] ?? 1);
  const [a, h] = [perSample(actions[0]), perSample(hints[0])];
  const loss = tf.mul(meanAbsolute(tf, ...actions), a / (a + h));
  return tf.add(loss, tf.mul(meanAbsolute(tf, ...hints), h / (a + h)));
}
