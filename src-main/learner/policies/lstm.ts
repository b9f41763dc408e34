import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { defineMethod } from './method';
import { type Cell, inSteps, recurrent, recurrentConfig, recurrentSettings } from './rnn';

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997), with the forget gate open at the start (Gers et al. 2000).
 *
 *   i, f, g, o = x·W + h·R + b;   c ← σ(f + 1)·c + σ(i)·tanh(g);   h ← σ(o)·tanh(c)
 */
const cell: Cell = {
  build: (layout, inputs, hidden) => {
    const part = layout.add([
      { shape: [inputs, 4 * hidden], std: Math.sqrt(1 / inputs) },
      { shape: [hidden, 4 * hidden], std: Math.sqrt(1 / hidden) },
      { shape: [4 * hidden], std: 0 },
    ]);
    return (tf, weights, x, steps) => {
      const [w, r, b] = part(weights) as readonly [Tensor2D, Tensor2D, Tensor];
      const pushed = inSteps(tf, tf.add(tf.matMul(x, w), b), steps); // K times B × 4U, in one product
      let h: Tensor2D | null = null;
      let c: Tensor2D | null = null;
      const memories: Tensor2D[] = [];
      for (const push of pushed) {
        const sum: Tensor2D = h ? tf.add(push, tf.matMul(h, r)) : push;
        const [i, f, g, o] = tf.split(sum, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
        const fresh: Tensor2D = tf.mul(tf.sigmoid(i), tf.tanh(g));
        c = c ? tf.add(tf.mul(tf.sigmoid(tf.add(f, 1)), c), fresh) : fresh;
        h = tf.mul(tf.sigmoid(o), tf.tanh(c));
        memories.push(h);
      }
      return memories;
    };
  },
};

export const lstm = defineMethod({
  title: 'Recurrent policy (LSTM)',
  summary: 'Remembers the last seconds. For tasks where what matters was seen earlier and is hidden now.',
  pictures: { width: 96, height: 96 },
  settings: recurrentSettings,
  config: recurrentConfig,
  network: (shape, config) => recurrent(cell, shape, config),
});
