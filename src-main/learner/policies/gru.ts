import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { defineMethod } from './method';
import { type Cell, inSteps, recurrent, recurrentConfig, recurrentSettings } from './rnn';

/**
 * Gated recurrent unit (Cho et al. 2014), in the form whose reset gate acts after the product, which is one product less.
 *
 *   z, r, n = x·W + b (pushed);   h ← (1 − σ(z + 1))·tanh(n + σ(r)·(h·Rₙ)) + σ(z + 1)·h
 */
const cell: Cell = {
  build: (layout, inputs, hidden) => {
    const part = layout.add([
      { shape: [inputs, 3 * hidden], std: Math.sqrt(1 / inputs) },
      { shape: [hidden, 3 * hidden], std: Math.sqrt(1 / hidden) },
      { shape: [3 * hidden], std: 0 },
    ]);
    return (tf, weights, x, steps) => {
      const [w, r, b] = part(weights) as readonly [Tensor2D, Tensor2D, Tensor];
      const pushed = inSteps(tf, tf.add(tf.matMul(x, w), b), steps); // K times B × 3U, in one product
      const memories: Tensor2D[] = [];
      for (const push of pushed) {
        const [z, reset, n] = tf.split(push, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
        const h = memories.at(-1);
        if (!h) {
          memories.push(tf.mul(tf.sigmoid(tf.neg(tf.add(z, 1))), tf.tanh(n))); // the memory is still empty
          continue;
        }
        const [hz, hr, hn] = tf.split(tf.matMul(h, r), 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
        // Open at the start, as an LSTM's forget gate: the memory then reaches back from the first step on.
        const keep: Tensor2D = tf.sigmoid(tf.add(tf.add(z, hz), 1));
        const next: Tensor2D = tf.tanh(tf.add(n, tf.mul(tf.sigmoid(tf.add(reset, hr)), hn)));
        memories.push(tf.add(next, tf.mul(keep, tf.sub(h, next))));
      }
      return memories;
    };
  },
};

export const gru = defineMethod({
  title: 'Recurrent policy (GRU)',
  summary: 'Remembers the last seconds with a quarter fewer weights than the LSTM. Try it where memory matters.',
  pictures: { width: 96, height: 96 },
  settings: recurrentSettings,
  config: recurrentConfig,
  network: (shape, config) => recurrent(cell, shape, config),
});
