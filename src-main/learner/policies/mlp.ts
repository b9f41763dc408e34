import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { dense, meanAbsolute, relu } from '../layers';
import { denseParameters } from '../parameters';
import { defineMethod, type NetworkShape } from './method';

/**
 * Behaviour cloning from state: proprioception and task state in, a chunk of actions out.
 *
 *   features B × (H·F) ─► 256 ─► 256 ─► 256 ─► B × (chunk · A)
 *
 * Chunks as in ACT (Zhao et al. 2023), without its transformer: few demonstrations and two cores leave no room for one.
 */
const config = z.object({
  hidden: z.array(z.number().int().min(1).max(4096)).min(1).max(8).default([256, 256, 256]).describe('Hidden widths'),
});

export const mlp = defineMethod({
  title: 'State policy (MLP)',
  summary: 'Learns from joint angles and task state in seconds. The right start where the state says everything.',
  pictures: null,
  // Blurred joints make it look at where things are; blurred things would hide the millimetres that decide a push.
  settings: {
    batch: 256,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    averageSteps: 500,
    chunk: 8,
    execute: 4,
    history: 1,
    actions: 'delta',
    environment: true,
    jointNoise: 0.3,
    environmentNoise: 0.02,
    jointDropout: 0,
    shift: 0,
    colour: 0,
    patience: 0,
  },
  config,
  network: ({ history, features, chunk, actions }: NetworkShape, { hidden }) => {
    const widths = [history * features, ...hidden];
    const parameters = [
      ...hidden.flatMap((width, i) => denseParameters(widths[i] as number, width)),
      ...denseParameters(hidden.at(-1) as number, chunk * actions, 0.1),
    ];
    const act = (tf: Parameters<typeof dense>[0], w: readonly Tensor[], input: { features: Tensor3D }): Tensor3D => {
      let x = tf.reshape(input.features, [-1, history * features]) as Tensor2D; // B × H·F
      const last = w.length - 2;
      for (let i = 0; i < last; i += 2) x = relu(tf, dense(tf, x, w[i] as Tensor, w[i + 1] as Tensor)); // B × 256
      return tf.reshape(dense(tf, x, w[last] as Tensor, w[last + 1] as Tensor), [-1, chunk, actions]) as Tensor3D;
    };
    return {
      parameters,
      lossDraws: [],
      loss: (tf, w, input, targets) => meanAbsolute(tf, act(tf, w, input), targets.actions),
      actDraws: [],
      act,
    };
  },
});
