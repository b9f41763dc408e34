import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tf } from '../engine';
import { meanAbsolute } from '../layers';
import type { Layout } from './layout';
import type { NetworkInput, NetworkShape, Targets } from './method';
import { teller, vision } from './vision';

/** What a policy knows of now, as one vector. */
export interface Perceived {
  /** B × width. */
  readonly seen: Tensor2D;
  /** B × E task state as told from the pictures; null where nobody teaches it. */
  readonly told: Tensor2D | null;
}

/**
 * Pictures, told task state and features side by side:
 *
 *   features B × W ─────────────┐
 *   keypoints B × 64 a camera ──┴┬► told B × E ─┐
 *                                └──────────────┴► seen B × (W + 64 · cameras + E)
 */
export interface Perception {
  readonly width: number;
  /** @param features B × W, whatever the policy makes of the input's features */
  perceive(tf: Tf, weights: readonly Tensor[], features: Tensor2D, images: NetworkInput['images']): Perceived;
}

/** @param width W */
export function perception(layout: Layout, width: number, shape: NetworkShape, shared: boolean): Perception {
  const eye = vision(shape.cameras, shared);
  const hint = teller(width + eye.width, shape.hints);
  const eyeWeights = layout.add(eye.parameters);
  const hintWeights = layout.add(hint.parameters);
  return {
    width: width + eye.width + shape.hints,
    perceive: (tf, w, features, images) => {
      const parts = [features, ...eye.see(tf, eyeWeights(w), images)];
      const seen = parts.length > 1 ? tf.concat2d(parts, 1) : features;
      const told = hint.tell(tf, hintWeights(w), seen);
      return { seen: told ? tf.concat2d([seen, told], 1) : seen, told };
    },
  };
}

/** B × H × F → B × (H·F) */
export const flat = (tf: Tf, input: NetworkInput, shape: NetworkShape): Tensor2D =>
  tf.reshape(input.features, [-1, shape.history * shape.features]) as Tensor2D;

/** A loss on the actions, and beside it the error of the told task state, which teaches the eyes where to look. */
export function withHints(tf: Tf, loss: Scalar, told: Tensor2D | null, targets: Targets): Scalar {
  return told && targets.hints ? tf.add(loss, meanAbsolute(tf, told, targets.hints)) : loss;
}
