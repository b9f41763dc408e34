import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { Random } from '../../core/random';
import { makeBatch } from '../batch';
import type { Tf } from '../engine';
import { meanAbsolute } from '../layers';
import type { Samples } from '../samples';
import { defineMethod, type NetworkInput } from './method';

/**
 * Nearest neighbours: finds the demonstrated moments most like now and does what was done then. It learns nothing, which
 * makes it the honest baseline: what does training add? (Pari et al. 2022, "The Surprising Effectiveness of
 * Representation Learning for Visual Imitation", drive a robot this way.)
 *
 *   now B × F ─► squared distances to M stored moments ─► the k nearest, the nearer the more ─► B × chunk × A
 *
 * "Weights" are the stored moments and how much each feature counts, found by asking each of some hundred moments which
 * moment of another demonstration predicts its actions best.
 */
/** Moments kept at most: one call then stays within some milliseconds. */
export const MEMORY_ROWS = 20_000;
/** Moments that try out how much the joints should count beside everything else, and the counts they try. */
const TRIALS = 256;
const JOINT_WEIGHTS = [0.03, 0.1, 0.3, 1, 3];

const config = z.object({
  neighbours: z.number().int().min(1).max(32).default(3).describe('Moments whose actions are blended'),
  sharpness: z
    .number()
    .min(0.1)
    .max(100)
    .default(4)
    .describe('How much less a neighbour counts that is further away than the nearest one'),
});

/** Rows of the samples that are kept: all of the training rows, or so many of them evenly spread. */
export function memoryRows(samples: Pick<Samples, 'train'>): Int32Array {
  const { train } = samples;
  const count = Math.min(train.length, MEMORY_ROWS);
  return Int32Array.from({ length: count }, (_, i) => train[Math.floor((i * train.length) / count)] as number);
}

export const knn = defineMethod({
  title: 'Nearest neighbour',
  summary: 'Repeats what was demonstrated in the most similar moment. A baseline that needs no training.',
  pictures: null,
  settings: {
    batch: 256,
    learningRate: 1e-3,
    weightDecay: 0,
    averageSteps: 1,
    chunk: 8,
    execute: 4,
    history: 1,
    actions: 'delta',
    environment: true,
    jointNoise: 0,
    environmentNoise: 0,
    jointDropout: 0,
    shift: 0,
    colour: 0,
    patience: 0,
  },
  config,
  network: (shape, { neighbours, sharpness }) => {
    const { history, features, chunk, actions } = shape;
    const memory = Math.min(shape.memory, MEMORY_ROWS);
    const [width, size] = [history * features, chunk * actions];
    const k = Math.min(neighbours, memory);
    const act = (tf: Tf, w: readonly Tensor[], input: NetworkInput): Tensor3D => {
      const [counts, moments, done] = w as readonly [Tensor, Tensor2D, Tensor2D];
      // Stored moments are weighted already. |now − then|² = |now|² − 2·now·then + |then|²; the first is the same for all.
      const now = tf.mul(tf.reshape(input.features, [-1, width]), counts) as Tensor2D;
      const near: Tensor2D = tf.sub(tf.mul(tf.matMul(now, moments, false, true), 2), tf.sum(tf.square(moments), 1));
      const { values, indices } = tf.topk(near, k); // B × k
      // Distances in units of the nearest one's, so that the blend is the same far from the data and close to it.
      const squared = tf.maximum(tf.sub(tf.sum(tf.square(now), 1, true), values), 0);
      const nearest = tf.add(tf.slice(squared, [0, 0], [-1, 1]), 1e-6);
      const shares = tf.softmax(tf.mul(tf.div(squared, nearest), -sharpness) as Tensor2D); // B × k
      const chunks = tf.gather(done, tf.reshape(indices, [-1])); // (B · k) × (chunk · A)
      const each = tf.reshape(chunks, [-1, k, size]);
      return tf.reshape(tf.sum(tf.mul(each, tf.expandDims(shares, 2)), 1), [-1, chunk, actions]) as Tensor3D;
    };
    return {
      parameters: [
        { shape: [width], std: 0 },
        { shape: [memory, width], std: 0 },
        { shape: [memory, size], std: 0 },
      ],
      lossDraws: [],
      loss: (tf, w, input, targets) => meanAbsolute(tf, act(tf, w, input), targets.actions),
      actDraws: [],
      act,
    };
  },
  memorise: (samples) => {
    const rows = memoryRows(samples);
    const { features, actions } = makeBatch(samples, rows, [], new Random(0), null);
    const counts = featureCounts(samples, rows, features, actions);
    const weighted = features.map((value, i) => value * (counts[i % counts.length] as number));
    const out = new Float32Array(counts.length + weighted.length + actions.length);
    out.set(counts);
    out.set(weighted, counts.length);
    out.set(actions, counts.length + weighted.length);
    return out;
  },
});

/** H·F: how much each feature counts. Joints count as much as makes other demonstrations predict best, all else 1. */
function featureCounts(samples: Samples, rows: Int32Array, features: Float32Array, actions: Float32Array): number[] {
  const isJoint = (i: number): boolean => i % samples.features < samples.joints;
  const width = features.length / rows.length;
  const size = actions.length / rows.length;
  const asked = Math.min(TRIALS, rows.length);
  const errors = JOINT_WEIGHTS.map(() => 0);
  for (let n = 0; n < asked; n++) {
    const me = Math.floor((n * rows.length) / asked);
    const best = JOINT_WEIGHTS.map(() => ({ distance: Number.POSITIVE_INFINITY, row: me }));
    for (let other = 0; other < rows.length; other++) {
      if (samples.starts[rows[other] as number] === samples.starts[rows[me] as number]) continue;
      let [joints, rest] = [0, 0];
      for (let i = 0; i < width; i++) {
        const away = ((features[me * width + i] as number) - (features[other * width + i] as number)) ** 2;
        if (isJoint(i)) joints += away;
        else rest += away;
      }
      for (const [j, weight] of JOINT_WEIGHTS.entries()) {
        const distance = weight * weight * joints + rest;
        if (distance < (best[j]?.distance ?? 0)) best[j] = { distance, row: other };
      }
    }
    for (const [j, { row }] of best.entries()) {
      for (let i = 0; i < size; i++) {
        errors[j] =
          (errors[j] as number) + Math.abs((actions[me * size + i] as number) - (actions[row * size + i] as number));
      }
    }
  }
  const joints = JOINT_WEIGHTS[errors.indexOf(Math.min(...errors))] as number;
  return Array.from({ length: width }, (_, i) => (isJoint(i) ? joints : 1));
}
