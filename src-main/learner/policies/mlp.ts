import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { meanAbsolute } from '../layers';
import { differenceSchema, differencesOf } from './differences';
import { ensemble } from './ensemble';
import { defineMethod, type NetworkInput, type NetworkShape } from './method';

/**
 * Behaviour cloning from state: proprioception and task state in, a chunk of actions out.
 *
 *   features B × (H·F) ─┬► 256 ─► 256 ─► 256 ─► B × (chunk · A)      once, or M members side by side: their mean counts
 *   differences B × 2D ─┘
 *
 * Chunks as in ACT (Zhao et al. 2023), without its transformer: few demonstrations and two cores leave no room for one.
 * Several small members err in different directions where there is no data (Lakshminarayanan et al. 2017, deep ensembles).
 */
const config = z.object({
  hidden: z.array(z.number().int().min(1).max(4096)).min(1).max(8).default([256, 256, 256]).describe('Hidden widths'),
  members: z.number().int().min(1).max(32).default(1).describe('Networks trained side by side; their mean acts'),
  differences: z
    .array(differenceSchema)
    .max(64)
    .default([])
    .describe('Differences of two features shown beside them, such as hand to cube; found by auto'),
  activation: z.enum(['relu', 'silu']).default('relu').describe('What bends the layers; silu is smooth'),
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
  network: ({ history, features, chunk, actions }: NetworkShape, { hidden, members, differences, activation }) => {
    const widths = [history * features + 2 * differences.length, ...hidden, chunk * actions];
    const now = (history - 1) * features;
    const { parameters, apply } = ensemble(members, widths, activation);
    const all = (tf: Parameters<typeof apply>[0], w: readonly Tensor[], input: NetworkInput): Tensor3D => {
      const flat = tf.reshape(input.features, [-1, history * features]) as Tensor2D; // B × H·F
      if (differences.length === 0) return apply(tf, w, flat);
      return apply(tf, w, tf.concat2d([flat, differencesOf(tf, flat, differences, now)], 1));
    };
    return {
      parameters,
      lossDraws: [],
      loss: (tf, w, input, targets) => {
        const wanted = tf.reshape(targets.actions, [1, -1, chunk * actions]); // 1 × B × chunk·A, the same for all members
        return meanAbsolute(tf, all(tf, w, input), wanted);
      },
      error: (tf, w, input, targets) => {
        const mean = tf.mean(all(tf, w, input), 0);
        return meanAbsolute(tf, mean, tf.reshape(targets.actions, [-1, chunk * actions]));
      },
      actDraws: [],
      act: (tf, w, input) => tf.reshape(tf.mean(all(tf, w, input), 0), [-1, chunk, actions]) as Tensor3D,
    };
  },
});
