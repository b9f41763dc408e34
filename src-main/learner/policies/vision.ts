import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { CameraSpec } from '../../core/types';
import type { Tf } from '../engine';
import { conv, dense, relu, spatialSoftmax } from '../layers';
import { convParameters, denseParameters, type ParameterSpec } from '../parameters';

/**
 * The eye of every policy that looks at pictures: one encoder per camera (a wrist and a front view share little), or one
 * for all, which halves the weights and needs views that look alike.
 *
 *   picture B × 96 × 96 × 3 ─► 5×5/2 ─► 3×3/2 ─► 3×3 ─► map B × 24 × 24 × 32 ─► spatial softmax B × 64
 *
 * Recordings from the simulator know where things are. The encoder learns to tell that from the picture as a second task
 * (Jaderberg et al. 2017, auxiliary tasks), which teaches it where to look in a fraction of the steps. On recordings
 * without task state that branch is not there.
 */
const LAYERS = [
  { size: 5, channels: 16, stride: 2 },
  { size: 3, channels: 32, stride: 2 },
  { size: 3, channels: 32, stride: 1 },
];
export const PICTURE = { width: 96, height: 96 } as const;
/** Channels of the last map; each becomes a point (x, y). */
export const MAP_CHANNELS = 32;
const HINT_HIDDEN = 128;
/** Weights per encoder: filter and bias of each layer. */
const PER_ENCODER = LAYERS.length * 2;

export interface Vision {
  readonly parameters: readonly ParameterSpec[];
  /** Values that `see` adds for all cameras together. */
  readonly width: number;
  /** Per camera B × h × w × C, the last layer's scores; `weights` are this part's own. */
  maps(tf: Tf, weights: readonly Tensor[], images: readonly Tensor4D[]): Tensor4D[];
  /** Per camera B × 64: where each channel looks. */
  see(tf: Tf, weights: readonly Tensor[], images: readonly Tensor4D[]): Tensor2D[];
}

export function vision(cameras: readonly CameraSpec[], shared = false): Vision {
  const channels = [3, ...LAYERS.map((l) => l.channels)];
  const encoder = LAYERS.flatMap((l, i) => convParameters(l.size, channels[i] as number, l.channels));
  const encoders = cameras.length === 0 ? 0 : shared ? 1 : cameras.length;
  const maps: Vision['maps'] = (tf, w, images) =>
    images.map((picture, c) => {
      let x = picture; // B × H × W × 3
      for (const [i, layer] of LAYERS.entries()) {
        const at = (shared ? 0 : c) * PER_ENCODER + i * 2;
        x = conv(tf, x, w[at] as Tensor, w[at + 1] as Tensor, layer.stride);
        if (i < LAYERS.length - 1) x = relu(tf, x); // the last one is a map of scores
      }
      return x;
    });
  return {
    parameters: Array.from({ length: encoders }, () => encoder).flat(),
    width: cameras.length * MAP_CHANNELS * 2,
    maps,
    see: (tf, w, images) => maps(tf, w, images).map((map) => spatialSoftmax(tf, map)),
  };
}

export interface Teller {
  readonly parameters: readonly ParameterSpec[];
  /** seen B × width → hints B × E; null when there is nothing to tell. */
  tell(tf: Tf, weights: readonly Tensor[], seen: Tensor2D): Tensor2D | null;
}

/** Tells task state from what is seen; E = 0 makes it nothing. */
export function teller(width: number, hints: number): Teller {
  return {
    parameters: hints > 0 ? [...denseParameters(width, HINT_HIDDEN), ...denseParameters(HINT_HIDDEN, hints)] : [],
    tell: (tf, w, seen) => {
      if (hints === 0) return null;
      const hidden = relu(tf, dense(tf, seen, w[0] as Tensor, w[1] as Tensor)); // B × 128
      return dense(tf, hidden, w[2] as Tensor, w[3] as Tensor); // B × E
    },
  };
}
