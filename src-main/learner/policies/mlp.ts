import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { dense, relu } from '../layers';
import { denseParameters } from '../parameters';
import type { Method, NetworkShape } from './method';

/**
 * Behaviour cloning from state: joints and task state in, a chunk of actions out.
 *
 *   features B × F ─► 256 ─► 256 ─► 256 ─► B × (chunk · J)
 *
 * Chunks as in ACT (Zhao et al. 2023), without its transformer: few demonstrations and two cores leave no room for one.
 */
const HIDDEN = [256, 256, 256];

export const mlp: Method = {
  environment: true,
  pictures: null,
  // Blurred joints make it look at where things are; blurred things would hide the millimetres that decide a push.
  defaults: {
    batch: 256,
    learningRate: 1e-3,
    chunk: 8,
    execute: 4,
    jointNoise: 0.3,
    environmentNoise: 0.02,
    shift: 0,
  },
  network: ({ features, outputs }: NetworkShape) => {
    const widths = [features, ...HIDDEN];
    const parameters = [
      ...HIDDEN.flatMap((width, i) => denseParameters(widths[i] as number, width)),
      ...denseParameters(HIDDEN.at(-1) as number, outputs, 0.1),
    ];
    return {
      parameters,
      forward: (tf, w, input) => {
        let x: Tensor2D = input.features; // B × F
        const last = w.length - 2;
        for (let i = 0; i < last; i += 2) x = relu(tf, dense(tf, x, w[i] as Tensor, w[i + 1] as Tensor)); // B × 256
        return dense(tf, x, w[last] as Tensor, w[last + 1] as Tensor); // B × chunk·J
      },
    };
  },
};
