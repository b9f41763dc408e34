import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Tf } from '../engine';
import { meanAbsolute } from '../layers';
import { Layout } from './layout';
import type { Method, Network, NetworkInput, NetworkShape } from './method';
import { perception, withHints } from './perception';

/**
 * Behaviour cloning with a memory. The window of the last H observations is read every `stride` rows, the newest one
 * always included, and the memory starts empty at its beginning: so what the policy does depends on the window alone,
 * and nothing is kept between calls.
 *
 *   features B × H × F ─► K = ⌈H / stride⌉ steps ─► cell ─► … ─► cell ─► memory B × U ─┐
 *   features of now B × F, keypoints of each camera ───────────────────────────────────┴─► 256 ─► B × (chunk · A)
 */
export const recurrentConfig = z.object({
  hidden: z.number().int().min(8).max(1024).default(128).describe('Size of the memory'),
  stride: z.number().int().min(1).max(64).default(6).describe('Rows between two looks back'),
  head: z.array(z.number().int().min(8).max(1024)).min(1).max(4).default([256, 256]).describe('Hidden widths after it'),
  sharedEncoder: z.boolean().default(false).describe('One encoder for all cameras'),
});
export type RecurrentConfig = z.output<typeof recurrentConfig>;

export const recurrentSettings: Method['settings'] = {
  batch: 128,
  learningRate: 2e-3,
  weightDecay: 1e-4,
  averageSteps: 500,
  chunk: 8,
  execute: 4,
  history: 90,
  actions: 'delta',
  environment: true,
  jointNoise: 0.3,
  environmentNoise: 0.02,
  jointDropout: 0,
  shift: 0,
  colour: 0,
  patience: 0,
};

/** One kind of memory. */
export interface Cell {
  /** @param inputs F; @param hidden U */
  build(layout: Layout, inputs: number, hidden: number): Unrolled;
}
/** x: K tensors B × F, oldest first → the last memory B × U. */
export type Unrolled = (tf: Tf, weights: readonly Tensor[], x: Tensor2D, steps: number) => Tensor2D;

/** (K · B) × U → K times B × U */
export const inSteps = (tf: Tf, x: Tensor2D, steps: number): Tensor2D[] => (steps === 1 ? [x] : tf.split(x, steps));

/** Rows of the window that are looked at: every `stride`-th, counted back from the newest. */
export function looks(history: number, stride: number): number[] {
  const rows: number[] = [];
  for (let row = history - 1; row >= 0; row -= stride) rows.unshift(row);
  return rows;
}

export function recurrent(cell: Cell, shape: NetworkShape, config: RecurrentConfig): Network {
  const { history, features, chunk, actions } = shape;
  const rows = looks(history, config.stride);
  const layout = new Layout();
  const remember = cell.build(layout, features, config.hidden);
  const sight = perception(layout, config.hidden + features, shape, config.sharedEncoder);
  const head = layout.stack(sight.width, config.head);
  const out = layout.dense(config.head.at(-1) as number, chunk * actions, 0.1);

  const both = (tf: Tf, w: readonly Tensor[], { features: window, images }: NetworkInput) => {
    // Time first, so that each step is one contiguous piece: K × B × F.
    const steps = tf.gather(tf.transpose(window, [1, 0, 2]), tf.tensor1d(rows, 'int32'));
    const memory = remember(tf, w, tf.reshape(steps, [-1, features]) as Tensor2D, rows.length); // B × U
    const now = tf.reshape(tf.slice(window, [0, history - 1, 0], [-1, 1, features]), [-1, features]) as Tensor2D;
    const { seen, told } = sight.perceive(tf, w, tf.concat2d([memory, now], 1), images);
    const chunked = tf.reshape(out(tf, w, head(tf, w, seen)), [-1, chunk, actions]) as Tensor3D;
    return { told, actions: chunked };
  };
  return {
    parameters: layout.parameters,
    lossDraws: [],
    loss: (tf, w, input, targets) => {
      const { told, actions: predicted } = both(tf, w, input);
      return withHints(tf, meanAbsolute(tf, predicted, targets.actions), told, targets);
    },
    actDraws: [],
    act: (tf, w, input) => both(tf, w, input).actions,
  };
}
