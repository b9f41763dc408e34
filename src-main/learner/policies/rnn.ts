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
 * Two habits keep it from learning the demonstrations' clock by heart ("a second after the start I always had arrived"),
 * which stalls as soon as it is slower than they were: what goes into the memory is blurred while training, and the head
 * is given memories of various age. What is fine it must take from the present.
 *
 *   features B × H × F ─► K = ⌈H / stride⌉ steps ─► cell ─► … ─► cell ─► memory B × U ─┐
 *   features of now B × F, keypoints of each camera ───────────────────────────────────┴─► 256 ─► B × (chunk · A)
 */
export const recurrentConfig = z.object({
  hidden: z.number().int().min(8).max(1024).default(64).describe('Size of the memory'),
  stride: z.number().int().min(1).max(64).default(9).describe('Rows between two looks back'),
  blur: z
    .number()
    .min(0)
    .max(3)
    .default(0.3)
    .describe('Noise on what goes into the memory while training, standard deviations: only what is coarse is kept'),
  head: z.array(z.number().int().min(8).max(1024)).min(1).max(4).default([256, 256]).describe('Hidden widths after it'),
  sharedEncoder: z.boolean().default(false).describe('One encoder for all cameras'),
});
export type RecurrentConfig = z.output<typeof recurrentConfig>;

export const recurrentSettings: Method['settings'] = {
  // A window is many rows to put together: small batches, more steps.
  batch: 64,
  learningRate: 2e-3,
  weightDecay: 1e-4,
  averageSteps: 500,
  chunk: 8,
  execute: 4,
  history: 90,
  // Where to go, not how much further: a memory that says "by now I had arrived" then still ends at the goal.
  actions: 'absolute',
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
/** x (K · B) × F, oldest first → the memory B × U after each of the K steps. */
export type Unrolled = (tf: Tf, weights: readonly Tensor[], x: Tensor2D, steps: number) => Tensor2D[];

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
  const steps = rows.length;
  /** Memories the head may get while training: of now, or of up to a third of the window ago. */
  const ages = Math.ceil(steps / 3);
  const layout = new Layout();
  const remember = cell.build(layout, features, config.hidden);
  const sight = perception(layout, config.hidden + features, shape, config.sharedEncoder);
  const head = layout.stack(sight.width, config.head);
  const out = layout.dense(config.head.at(-1) as number, chunk * actions, 0.1);

  /** @param draws of `lossDraws` while training, none else */
  const both = (tf: Tf, w: readonly Tensor[], { features: window, images }: NetworkInput, draws: readonly Tensor[]) => {
    const [noise, age] = draws;
    let looked: Tensor = tf.gather(window, tf.tensor1d(rows, 'int32'), 1); // B × K × F
    if (noise) looked = tf.add(looked, tf.mul(noise, config.blur));
    // Time first, so that each step is one contiguous piece.
    const pushed = tf.reshape(tf.transpose(looked, [1, 0, 2]), [-1, features]) as Tensor2D; // (K · B) × F
    const memories = remember(tf, w, pushed, steps);
    const memory = age ? anyOf(tf, memories.slice(-ages), age as Tensor2D) : (memories.at(-1) as Tensor2D); // B × U
    const now = tf.reshape(tf.slice(window, [0, history - 1, 0], [-1, 1, features]), [-1, features]) as Tensor2D;
    const { seen, told } = sight.perceive(tf, w, tf.concat2d([memory, now], 1), images);
    const chunked = tf.reshape(out(tf, w, head(tf, w, seen)), [-1, chunk, actions]) as Tensor3D;
    return { told, actions: chunked };
  };
  return {
    parameters: layout.parameters,
    lossDraws: [
      { shape: [steps, features], kind: 'normal' },
      { shape: [1], kind: 'uniform' },
    ],
    loss: (tf, w, input, targets, draws) => {
      const { told, actions: predicted } = both(tf, w, input, draws);
      return withHints(tf, meanAbsolute(tf, predicted, targets.actions), told, targets);
    },
    error: (tf, w, input, targets) => meanAbsolute(tf, both(tf, w, input, []).actions, targets.actions),
    actDraws: [],
    act: (tf, w, input) => both(tf, w, input, []).actions,
  };
}

/** One of several tensors B × U, chosen for each sample by u B × 1, 0 ≤ u < 1. */
function anyOf(tf: Tf, choices: readonly Tensor2D[], u: Tensor2D): Tensor2D {
  if (choices.length === 1) return choices[0] as Tensor2D;
  const chosen = tf.oneHot(tf.cast(tf.reshape(tf.floor(tf.mul(u, choices.length)), [-1]), 'int32'), choices.length);
  const shares = tf.split(tf.cast(chosen, 'float32'), choices.length, 1); // each B × 1
  return tf.addN(choices.map((choice, i) => tf.mul(choice, shares[i] as Tensor)));
}
