import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Tf } from '../engine';
import { Layout } from './layout';
import { defineMethod, type NetworkInput, type Targets } from './method';
import { flat, perception, withHints } from './perception';
import { PICTURE } from './vision';

/**
 * Behaviour cloning with a mixture of Gaussians over whole chunks (Bishop 1994, "Mixture Density Networks"; as the head
 * of BC-RNN-GMM in Mandlekar et al. 2021). One weight a mode for the chunk as a whole: a chunk goes left or right, never
 * left with its first action and right with its second.
 *
 *   seen B × S ─► 256 ─► 256 ─► weights B × M, means and spreads B × M × (chunk · A)
 *
 * It drives with the mean of the most probable mode, without noise.
 */
const config = z.object({
  modes: z.number().int().min(1).max(32).default(5).describe('Ways to do it that are told apart'),
  hidden: z.array(z.number().int().min(8).max(1024)).min(1).max(6).default([256, 256, 256]).describe('Hidden widths'),
  floor: z
    .number()
    .min(1e-3)
    .max(1)
    .default(0.1)
    .describe('Least spread of a mode, normalised; keeps a mode from closing in on single demonstrations'),
  sharedEncoder: z.boolean().default(false).describe('One encoder for all cameras'),
});

interface Mixture {
  /** B × M, logarithms of the weights. */
  readonly logWeights: Tensor2D;
  /** B × M × (chunk · A) */
  readonly means: Tensor3D;
  readonly spreads: Tensor3D;
  readonly told: Tensor2D | null;
}

export const gmm = defineMethod({
  title: 'Mixture policy (GMM)',
  summary: 'Learns several ways to do a task and commits to one. For demonstrations that differ in the way they take.',
  pictures: PICTURE,
  settings: {
    batch: 256,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    averageSteps: 500,
    // Long enough to be past the fork before it is asked again: a new choice at every step would dither.
    chunk: 16,
    execute: 8,
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
  network: (shape, { modes, hidden, floor, sharedEncoder }) => {
    const { chunk, actions } = shape;
    const size = chunk * actions;
    const layout = new Layout();
    const sight = perception(layout, shape.history * shape.features, shape, sharedEncoder);
    const trunk = layout.stack(sight.width, hidden);
    const last = hidden.at(-1) as number;
    const toWeights = layout.dense(last, modes, 0.1);
    // Means start apart from each other, or all modes would learn the same.
    const toMeans = layout.dense(last, modes * size, 0.5);
    const toSpreads = layout.dense(last, modes * size, 0.1);

    const mixture = (tf: Tf, w: readonly Tensor[], input: NetworkInput): Mixture => {
      const { seen, told } = sight.perceive(tf, w, flat(tf, input, shape), input.images);
      const x = trunk(tf, w, seen);
      const spreads = tf.add(tf.softplus(toSpreads(tf, w, x)), floor);
      return {
        logWeights: tf.logSoftmax(toWeights(tf, w, x)),
        means: tf.reshape(toMeans(tf, w, x), [-1, modes, size]) as Tensor3D,
        spreads: tf.reshape(spreads, [-1, modes, size]) as Tensor3D,
        told,
      };
    };
    /** B × M: log weight + log density of the demonstrated chunk under each mode, but for a constant. */
    const logJoint = (tf: Tf, { logWeights, means, spreads }: Mixture, wanted: Tensor3D): Tensor2D => {
      const away = tf.div(tf.sub(wanted, means), spreads);
      const perValue = tf.add(tf.mul(tf.square(away), 0.5), tf.log(spreads));
      return tf.sub(logWeights, tf.sum(perValue, 2));
    };
    /** B × chunk × A → B × 1 × (chunk · A) */
    const chunkOf = (tf: Tf, targets: Targets) => tf.reshape(targets.actions, [-1, 1, size]) as Tensor3D;
    return {
      parameters: layout.parameters,
      lossDraws: [],
      /** Negative log-likelihood of the demonstrated chunk, per value. */
      loss: (tf, w, input, targets) => {
        const m = mixture(tf, w, input);
        const likelihood = tf.logSumExp(logJoint(tf, m, chunkOf(tf, targets)), 1);
        return withHints(tf, tf.mul(tf.mean(likelihood), -1 / size) as Scalar, m.told, targets);
      },
      /** Mean absolute error of the modes, each weighing as much as it explains the demonstrated chunk. */
      error: (tf, w, input, targets) => {
        const m = mixture(tf, w, input);
        const wanted = chunkOf(tf, targets);
        const explains = tf.softmax(logJoint(tf, m, wanted)); // B × M
        const errors = tf.mean(tf.abs(tf.sub(wanted, m.means)), 2); // B × M
        return tf.mean(tf.sum(tf.mul(explains, errors), 1));
      },
      actDraws: [],
      act: (tf, w, input) => {
        const { logWeights, means } = mixture(tf, w, input);
        const chosen = tf.oneHot(tf.argMax(logWeights, 1), modes); // B × M
        const mean = tf.sum(tf.mul(tf.expandDims(tf.cast(chosen, 'float32'), 2), means), 1);
        return tf.reshape(mean, [-1, chunk, actions]) as Tensor3D;
      },
    };
  },
});
