import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Tf } from '../engine';
import { relu } from '../layers';
import type { Layout } from './layout';

/**
 * Transformer blocks (Vaswani et al. 2017) that normalise before each part (Xiong et al. 2020), which trains without a
 * warm-up. No dropout: noise on what is seen does its work here, and the network stays a pure function.
 */
export interface TransformerSize {
  /** W, a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
}

/** x B × T × W → B × T × W */
export type Block = (tf: Tf, weights: readonly Tensor[], x: Tensor3D) => Tensor3D;
/** x B × T × W, memory B × M × W → B × T × W */
export type CrossBlock = (tf: Tf, weights: readonly Tensor[], x: Tensor3D, memory: Tensor3D) => Tensor3D;

/** Mean 0 and spread 1 along the last axis, then scaled and shifted as learned. */
export function norm(layout: Layout, width: number): Block {
  const part = layout.add([
    { shape: [width], std: 0 },
    { shape: [width], std: 0 },
  ]);
  return (tf, weights, x) => {
    const [gain, bias] = part(weights) as readonly [Tensor, Tensor];
    const centred: Tensor3D = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const unit: Tensor3D = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(unit, tf.add(gain, 1)), bias);
  };
}

/** Every token asks, every token of the memory answers. Without biases on what is asked: they would change nothing. */
export function attention(layout: Layout, { width, heads }: TransformerSize): CrossBlock {
  const depth = width / heads;
  const square = { shape: [width, width], std: Math.sqrt(1 / width) };
  const part = layout.add([square, square, square]);
  const join = layout.dense(width, width);
  /** B × T × W → B × heads × T × W/heads */
  const split = (tf: Tf, x: Tensor3D, by: Tensor): Tensor4D => {
    const [, tokens] = x.shape;
    const rows = tf.matMul(tf.reshape(x, [-1, width]) as Tensor2D, by as Tensor2D);
    return tf.transpose(tf.reshape(rows, [-1, tokens, heads, depth]), [0, 2, 1, 3]) as Tensor4D;
  };
  return (tf, weights, x, memory) => {
    const [q, k, v] = part(weights) as readonly [Tensor, Tensor, Tensor];
    const scores = tf.matMul(split(tf, x, q), split(tf, memory, k), false, true); // B × heads × T × M
    const answer = tf.matMul(tf.softmax(tf.mul(scores, 1 / Math.sqrt(depth))), split(tf, memory, v));
    const together = tf.reshape(tf.transpose(answer, [0, 2, 1, 3]), [-1, x.shape[1], width]) as Tensor3D;
    return join(tf, weights, together);
  };
}

export function feedForward(layout: Layout, { width, feedForward: inner }: TransformerSize): Block {
  const up = layout.dense(width, inner, 2);
  const down = layout.dense(inner, width);
  return (tf, weights, x) => down(tf, weights, relu(tf, up(tf, weights, x)));
}

/** Tokens look at each other. */
export function encoderLayer(layout: Layout, size: TransformerSize): Block {
  const [before, between] = [norm(layout, size.width), norm(layout, size.width)];
  const look = attention(layout, size);
  const think = feedForward(layout, size);
  return (tf, w, x) => {
    const calm = before(tf, w, x);
    const seen: Tensor3D = tf.add(x, look(tf, w, calm, calm));
    return tf.add(seen, think(tf, w, between(tf, w, seen)));
  };
}

/** Tokens look at each other, then at the memory (which comes normalised). */
export function decoderLayer(layout: Layout, size: TransformerSize): CrossBlock {
  const [first, second, third] = [norm(layout, size.width), norm(layout, size.width), norm(layout, size.width)];
  const among = attention(layout, size);
  const across = attention(layout, size);
  const think = feedForward(layout, size);
  return (tf, w, x, memory) => {
    const calm = first(tf, w, x);
    let y: Tensor3D = tf.add(x, among(tf, w, calm, calm));
    y = tf.add(y, across(tf, w, second(tf, w, y), memory));
    return tf.add(y, think(tf, w, third(tf, w, y)));
  };
}

/** T × W: where each token stands in its row (Vaswani et al. 2017, §3.5). */
export function positions(tokens: number, width: number): Float32Array {
  const out = new Float32Array(tokens * width);
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < width; i++) {
      const angle = t / 10_000 ** ((i - (i % 2)) / width);
      out[t * width + i] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return out;
}

/** (rows · columns) × W: half of each token tells its row, half its column, as in DETR (Carion et al. 2020). */
export function positions2d(rows: number, columns: number, width: number): Float32Array {
  const half = width / 2;
  const [down, across] = [positions(rows, half), positions(columns, half)];
  const out = new Float32Array(rows * columns * width);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      out.set(down.subarray(r * half, (r + 1) * half), (r * columns + c) * width);
      out.set(across.subarray(c * half, (c + 1) * half), (r * columns + c) * width + half);
    }
  }
  return out;
}
