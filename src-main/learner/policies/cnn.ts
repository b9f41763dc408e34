import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { conv, dense, relu, spatialSoftmax } from '../layers';
import { convParameters, denseParameters } from '../parameters';
import type { Method, NetworkShape } from './method';

/**
 * Behaviour cloning from pictures: each camera has an encoder of its own (a wrist and a front view share little).
 *
 *   picture B × 96 × 96 × 3 ─► 5×5/2 ─► 3×3/2 ─► 3×3 ─► B × 24 × 24 × 32 ─► spatial softmax B × 64 ─┐
 *   joints  B × F ──────────────────────────────────────────────────────────────────────────────────┴┬► 128 ─► hints B × E ─┐
 *                                                                                                    └──────────────────────┴► 256 ─► 256 ─► B × (chunk · J)
 *
 * Recordings from the simulator know where things are. The encoder learns to tell that from the picture as a second task
 * (Jaderberg et al. 2017, auxiliary tasks), which teaches it where to look in a fraction of the steps. On recordings
 * without task state E is 0 and that branch is not there.
 */
const LAYERS = [
  { size: 5, channels: 16, stride: 2 },
  { size: 3, channels: 32, stride: 2 },
  { size: 3, channels: 32, stride: 1 },
];
const KEYPOINTS = 32;
const HIDDEN = [256, 256];
const HINT_HIDDEN = 128;
/** Weights per encoder: filter and bias of each layer. */
const PER_CAMERA = LAYERS.length * 2;

export const cnn: Method = {
  environment: false,
  pictures: { width: 96, height: 96 },
  defaults: { batch: 64, learningRate: 1e-3, chunk: 8, execute: 4, jointNoise: 0.3, environmentNoise: 0, shift: 0 },
  network: ({ features, outputs, hints, cameras }: NetworkShape) => {
    const channels = [3, ...LAYERS.map((l) => l.channels)];
    const encoder = LAYERS.flatMap((l, i) => convParameters(l.size, channels[i] as number, l.channels));
    const seenWidth = features + cameras.length * KEYPOINTS * 2;
    const widths = [seenWidth + hints, ...HIDDEN];
    const hinting =
      hints > 0 ? [...denseParameters(seenWidth, HINT_HIDDEN), ...denseParameters(HINT_HIDDEN, hints)] : [];
    const parameters = [
      ...cameras.flatMap(() => encoder),
      ...hinting,
      ...HIDDEN.flatMap((width, i) => denseParameters(widths[i] as number, width)),
      ...denseParameters(HIDDEN.at(-1) as number, outputs, 0.1),
    ];
    return {
      parameters,
      forward: (tf, w, input) => {
        const seen: Tensor2D[] = [input.features]; // B × F
        for (const [c, picture] of input.images.entries()) {
          let x: Tensor4D = picture; // B × H × W × 3
          for (const [i, layer] of LAYERS.entries()) {
            const at = c * PER_CAMERA + i * 2;
            x = conv(tf, x, w[at] as Tensor, w[at + 1] as Tensor, layer.stride);
            if (i < LAYERS.length - 1) x = relu(tf, x); // the last one is a map of scores
          }
          seen.push(spatialSoftmax(tf, x)); // B × 64
        }
        let x: Tensor2D = seen.length > 1 ? tf.concat2d(seen, 1) : input.features;
        const after = cameras.length * PER_CAMERA;
        let hint: Tensor2D | null = null;
        if (hints > 0) {
          const hidden = relu(tf, dense(tf, x, w[after] as Tensor, w[after + 1] as Tensor)); // B × 128
          hint = dense(tf, hidden, w[after + 2] as Tensor, w[after + 3] as Tensor); // B × E
          x = tf.concat2d([x, hint], 1);
        }
        const last = w.length - 2;
        for (let i = after + hinting.length; i < last; i += 2) {
          x = relu(tf, dense(tf, x, w[i] as Tensor, w[i + 1] as Tensor)); // B × 256
        }
        const actions = dense(tf, x, w[last] as Tensor, w[last + 1] as Tensor); // B × chunk·J
        return hint ? tf.concat2d([actions, hint], 1) : actions;
      },
    };
  },
};
