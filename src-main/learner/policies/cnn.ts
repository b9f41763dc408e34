import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Tf } from '../engine';
import { dense, meanAbsoluteWith, relu } from '../layers';
import { denseParameters } from '../parameters';
import { defineMethod, type NetworkInput, type NetworkShape } from './method';
import { PICTURE, teller, vision } from './vision';

/**
 * Behaviour cloning from pictures (see `vision.ts` for the encoder):
 *
 *   keypoints B × 64 a camera ─┐
 *   joints    B × H·F ─────────┴┬► 128 ─► hints B × E ─┐
 *                               └──────────────────────┴► 256 ─► 256 ─► B × (chunk · A)
 */
const config = z.object({
  hidden: z.array(z.number().int().min(1).max(4096)).min(1).max(8).default([256, 256]).describe('Hidden widths'),
  sharedEncoder: z.boolean().default(false).describe('One encoder for all cameras'),
});

export const cnn = defineMethod({
  title: 'Camera policy (CNN)',
  summary: 'Learns from pictures and joint angles. The right start for a real robot with a camera.',
  pictures: PICTURE,
  needsCamera: true,
  settings: {
    batch: 64,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    averageSteps: 500,
    chunk: 8,
    execute: 4,
    history: 1,
    actions: 'delta',
    environment: false,
    jointNoise: 0.3,
    environmentNoise: 0,
    jointDropout: 0,
    shift: 0,
    colour: 0,
    patience: 0,
  },
  config,
  network: ({ history, features, chunk, actions, hints, cameras }: NetworkShape, { hidden, sharedEncoder }) => {
    const eye = vision(cameras, sharedEncoder);
    const seenWidth = history * features + eye.width;
    const hint = teller(seenWidth, hints);
    const widths = [seenWidth + hints, ...hidden];
    const toHint = eye.parameters.length;
    const toHead = toHint + hint.parameters.length;
    const parameters = [
      ...eye.parameters,
      ...hint.parameters,
      ...hidden.flatMap((width, i) => denseParameters(widths[i] as number, width)),
      ...denseParameters(hidden.at(-1) as number, chunk * actions, 0.1),
    ];
    const both = (tf: Tf, w: readonly Tensor[], input: NetworkInput) => {
      const joints = tf.reshape(input.features, [-1, history * features]) as Tensor2D; // B × H·F
      const seen = [joints, ...eye.see(tf, w.slice(0, toHint), input.images)];
      let x: Tensor2D = seen.length > 1 ? tf.concat2d(seen, 1) : joints;
      const told = hint.tell(tf, w.slice(toHint, toHead), x);
      if (told) x = tf.concat2d([x, told], 1);
      const last = w.length - 2;
      for (let i = toHead; i < last; i += 2) x = relu(tf, dense(tf, x, w[i] as Tensor, w[i + 1] as Tensor)); // B × 256
      const out = dense(tf, x, w[last] as Tensor, w[last + 1] as Tensor); // B × chunk·A
      return { told, actions: tf.reshape(out, [-1, chunk, actions]) as Tensor3D };
    };
    return {
      parameters,
      lossDraws: [],
      loss: (tf, w, input, targets) => {
        const { told, actions: predicted } = both(tf, w, input);
        return meanAbsoluteWith(tf, [predicted, targets.actions], told && targets.hints ? [told, targets.hints] : null);
      },
      actDraws: [],
      act: (tf, w, input) => both(tf, w, input).actions,
    };
  },
});
