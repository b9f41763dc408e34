import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Tf } from '../engine';
import { type Denoiser, residualDenoiser, transformerDenoiser } from './denoisers';
import { Layout } from './layout';
import { defineMethod, type NetworkInput } from './method';
import { flat, perception, withHints } from './perception';
import { positions } from './transformer';
import { PICTURE } from './vision';

/**
 * Diffusion policy (Chi et al. 2023, "Visuomotor Policy Learning via Action Diffusion"): learns to take the noise out of
 * a noisy chunk, and acts by taking it out of pure noise, in a few deterministic steps (DDIM, Song et al. 2021).
 *
 *   training  chunk·√ā + noise·√(1 − ā) at a random time t ─┐
 *   acting    pure noise ─► … DDIM steps … ─────────────────┴─► denoiser(chunk, t, seen) ─► clean chunk B × chunk × A
 *
 * ā(t) is the squared cosine of Nichol & Dhariwal 2021. The same noise gives the same way of doing it: whoever drives may
 * keep it for an episode.
 */
const TIME_WIDTH = 32;
/** Of each noise level: its embedding, √ā and √(1 − ā). */
const COLUMNS = TIME_WIDTH + 2;
/** Normalised actions hardly go beyond; an estimate from pure noise may. */
const LIMIT = 6;

const config = z.object({
  denoiser: z
    .enum(['residual', 'transformer'])
    .default('residual')
    .describe('residual: dense blocks, fast for short chunks; transformer: one token an action, as in the paper'),
  predicts: z
    .enum(['sample', 'noise'])
    .default('sample')
    .describe('What the denoiser tells: the clean chunk or the noise'),
  width: z.number().int().min(16).max(1024).default(256).describe('Width of the denoiser'),
  depth: z.number().int().min(1).max(12).default(3).describe('Blocks of the denoiser'),
  steps: z.number().int().min(2).max(1000).default(50).describe('Noise levels while training'),
  actSteps: z.number().int().min(1).max(100).default(8).describe('Denoising steps while driving'),
  sharedEncoder: z.boolean().default(false).describe('One encoder for all cameras'),
});

export const diffusion = defineMethod({
  title: 'Diffusion policy',
  summary:
    'Learns any spread of ways to do a task and draws one of them. Strong with many demonstrations; slower to act.',
  pictures: PICTURE,
  settings: {
    batch: 256,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    averageSteps: 500,
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
  network: (shape, options) => {
    const { chunk, actions } = shape;
    const { steps, predicts, width } = options;
    const layout = new Layout();
    const sight = perception(layout, shape.history * shape.features, shape, options.sharedEncoder);
    const understand = layout.stack(sight.width, [width, width]);
    const fromTime = layout.dense(TIME_WIDTH, width);
    const build = options.denoiser === 'residual' ? residualDenoiser : transformerDenoiser;
    const denoise: Denoiser = build(layout, { chunk, actions, width, depth: options.depth });
    const kept = signalKept(steps);
    const times = positions(steps, TIME_WIDTH);
    const table = levelTable(times, kept);

    const context = (tf: Tf, w: readonly Tensor[], input: NetworkInput) => {
      const { seen, told } = sight.perceive(tf, w, flat(tf, input, shape), input.images);
      return { context: understand(tf, w, seen), told }; // B × W
    };
    return {
      parameters: layout.parameters,
      lossDraws: [
        { shape: [chunk, actions], kind: 'normal' },
        { shape: [1], kind: 'uniform' },
      ],
      /** Mean squared error of what is predicted, at one random noise level a sample. */
      loss: (tf, w, input, targets, [noise, uniform]) => {
        // A product with a one-hot row looks a level's numbers up; gathering them would leave the engine to check.
        const level = tf.cast(tf.reshape(tf.floor(tf.mul(uniform as Tensor, steps)), [-1]), 'int32'); // B
        const row = tf.matMul(tf.cast(tf.oneHot(level, steps), 'float32'), tf.tensor2d(table, [steps, COLUMNS])); // B × 34
        const [time, signal, blur] = tf.split(row, [TIME_WIDTH, 1, 1], 1) as [Tensor2D, Tensor2D, Tensor2D];
        const noisy: Tensor3D = tf.add(
          tf.mul(targets.actions, tf.expandDims(signal, 2)),
          tf.mul(noise as Tensor3D, tf.expandDims(blur, 2)),
        );
        const { context: known, told } = context(tf, w, input);
        const predicted = denoise(tf, w, noisy, fromTime(tf, w, time), known);
        const wanted = predicts === 'noise' ? (noise as Tensor3D) : targets.actions;
        return withHints(tf, tf.mean(tf.square(tf.sub(predicted, wanted))), told, targets);
      },
      actDraws: [{ shape: [chunk, actions], kind: 'normal' }],
      act: (tf, w, input, [noise]) => {
        const { context: known } = context(tf, w, input);
        const batch = input.features.shape[0];
        let x = noise as Tensor3D;
        const levels = ddimLevels(steps, options.actSteps);
        for (const [i, t] of levels.entries()) {
          const embedding = tf.tensor2d(times.subarray(t * TIME_WIDTH, (t + 1) * TIME_WIDTH), [1, TIME_WIDTH]);
          const time = tf.tile(fromTime(tf, w, embedding), [batch, 1]);
          const predicted = denoise(tf, w, x, time, known);
          const now = kept[t] as number;
          const next = i + 1 < levels.length ? (kept[levels[i + 1] as number] as number) : 1;
          const guess: Tensor3D =
            predicts === 'noise' ? tf.div(tf.sub(x, tf.mul(predicted, Math.sqrt(1 - now))), Math.sqrt(now)) : predicted;
          const clean: Tensor3D = tf.clipByValue(guess, -LIMIT, LIMIT);
          if (next === 1) return clean;
          const left: Tensor3D = tf.div(tf.sub(x, tf.mul(clean, Math.sqrt(now))), Math.sqrt(1 - now));
          x = tf.add(tf.mul(clean, Math.sqrt(next)), tf.mul(left, Math.sqrt(1 - next)));
        }
        return x;
      },
    };
  },
});

/** ā of each noise level: how much of the signal's power is left, from nearly 1 to nearly 0. */
export function signalKept(steps: number): Float32Array {
  const curve = (t: number) => Math.cos(((t / steps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  const out = new Float32Array(steps);
  let kept = 1;
  for (let t = 0; t < steps; t++) {
    kept *= Math.max(1 - 0.999, curve(t + 1) / curve(t)); // no single step destroys everything
    out[t] = kept;
  }
  return out;
}

/** levels × COLUMNS */
function levelTable(times: Float32Array, kept: Float32Array): Float32Array {
  const table = new Float32Array(kept.length * COLUMNS);
  for (const [t, signal] of kept.entries()) {
    table.set(times.subarray(t * TIME_WIDTH, (t + 1) * TIME_WIDTH), t * COLUMNS);
    table.set([Math.sqrt(signal), Math.sqrt(1 - signal)], t * COLUMNS + TIME_WIDTH);
  }
  return table;
}

/** Noise levels visited while acting: the noisiest first, evenly spread, never level 0 twice. */
export function ddimLevels(steps: number, actSteps: number): number[] {
  const count = Math.min(steps, actSteps);
  return Array.from({ length: count }, (_, i) => Math.round(((count - i) * steps) / count) - 1);
}
