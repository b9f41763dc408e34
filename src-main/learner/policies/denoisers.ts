import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Tf } from '../engine';
import { relu } from '../layers';
import type { Layout } from './layout';
import { decoderLayer, norm, positions } from './transformer';

/** The networks of a diffusion policy: noisy chunk B × chunk × A, time B × W, what is known B × W → B × chunk × A. */
export type Denoiser = (
  tf: Tf,
  weights: readonly Tensor[],
  noisy: Tensor3D,
  time: Tensor2D,
  known: Tensor2D,
) => Tensor3D;

export interface DenoiserSize {
  readonly chunk: number;
  readonly actions: number;
  /** W, a multiple of 4. */
  readonly width: number;
  readonly depth: number;
}

/**
 * Dense blocks on the chunk as one vector, each added to what came before and told time and context by scale and shift
 * (FiLM, Perez et al. 2018), as the 1-D U-Net of the paper is. For chunks this short a convolution along time saves
 * nothing.
 *
 *   noisy B × (chunk · A) ─► W ─► [+ W ─ scale, shift ─ relu ─ W] × depth ─► B × (chunk · A)
 */
export function residualDenoiser(layout: Layout, { chunk, actions, width, depth }: DenoiserSize): Denoiser {
  const size = chunk * actions;
  const fromNoisy = layout.dense(size, width);
  const blocks = Array.from({ length: depth }, () => ({
    up: layout.dense(width, width, 1),
    film: layout.dense(width, 2 * width, 0.5),
    down: layout.dense(width, width, 0.5),
  }));
  const out = layout.dense(width, size, 0.1);
  return (tf, w, noisy, time, known) => {
    const told = relu(tf, tf.add(time, known) as Tensor2D);
    let x: Tensor2D = tf.add(fromNoisy(tf, w, tf.reshape(noisy, [-1, size]) as Tensor2D), told);
    for (const { up, film, down } of blocks) {
      const [scale, shift] = tf.split(film(tf, w, told), 2, 1) as [Tensor2D, Tensor2D];
      const turned: Tensor2D = tf.add(tf.mul(up(tf, w, x), tf.add(scale, 1)), shift);
      x = tf.add(x, down(tf, w, relu(tf, turned)));
    }
    return tf.reshape(out(tf, w, relu(tf, x)), [-1, chunk, actions]) as Tensor3D;
  };
}

/** One token an action; they look at each other and at two tokens that tell time and context (Chi et al. 2023, §III-A). */
export function transformerDenoiser(layout: Layout, { chunk, actions, width, depth }: DenoiserSize): Denoiser {
  const size = { width, heads: 4, feedForward: 2 * width };
  const fromAction = layout.dense(actions, width);
  const calm = norm(layout, width);
  const layers = Array.from({ length: depth }, () => decoderLayer(layout, size));
  const finish = norm(layout, width);
  const out = layout.dense(width, actions, 0.1);
  const where = positions(chunk, width);
  return (tf, w, noisy, time, known) => {
    const memory = calm(tf, w, tf.stack([time, known], 1) as Tensor3D); // B × 2 × W
    let x: Tensor3D = tf.add(fromAction(tf, w, noisy), tf.tensor2d(where, [chunk, width])); // B × chunk × W
    for (const layer of layers) x = layer(tf, w, x, memory);
    return out(tf, w, finish(tf, w, x));
  };
}
