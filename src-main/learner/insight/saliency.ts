import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Observation } from '../../core/types';
import type { Engine, Tf } from '../engine';
import { rawInput } from '../network-policy';
import { gainOf } from '../normaliser';
import { type PolicyParts, policyGraph } from '../policy-graph';
import { type Grid, toGrid } from './grid';

/** Where one camera's picture matters. */
export interface SaliencyMap {
  /** For all channels together, each counted in its own usual spread. */
  readonly all: Grid;
  /** For each of the channels asked for, alone. */
  readonly channels: readonly Grid[];
}

/**
 * How much the actions that would be carried out change with each part of the pictures, on a coarse grid: their gradient
 * with respect to every pixel (Simonyan et al. 2013, "Deep Inside Convolutional Networks") times how far that pixel stands
 * out from what is around it (gradient × input, Shrikumar et al. 2016), in absolute terms, summed over colours. The
 * gradient alone is large on an empty table, too, wherever something could appear; what is there is what the actions come
 * from. It tells where the network looks, not whether it understood. One map per camera.
 * @param channels action channels by number; all when absent
 */
export async function saliency(
  { tf }: Engine,
  parts: PolicyParts,
  weights: readonly Tensor[],
  history: readonly Observation[],
  channels: readonly number[] = parts.spec.action.map((_, channel) => channel),
): Promise<SaliencyMap[]> {
  passArgMax(tf);
  const { cameras } = parts.spec.observation;
  const raw = rawInput(tf, parts.spec, history);
  try {
    const sums = cameras.map(({ width, height }) => new Float32Array(width * height));
    const alone: Grid[][] = cameras.map(() => []);
    for (const channel of channels) {
      const gradients = tf.tidy(() => {
        const wanted = (...images: Tensor[]) =>
          oneChannel(tf, parts, policyGraph(tf, parts, weights, { ...raw, images: images as Tensor4D[] }), channel);
        return tf
          .grads(wanted)([...raw.images])
          .map((gradient, c) => {
            const seen = tf.mul(gradient, standingOut(tf, raw.images[c] as Tensor4D));
            return tf.sum(tf.abs(seen), [0, 3]) as Tensor2D;
          });
      });
      for (const [c, gradient] of gradients.entries()) {
        const pixels = Float32Array.from(await gradient.data());
        const { width, height } = cameras[c] as (typeof cameras)[number];
        const sum = sums[c] as Float32Array;
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (pixels[i] as number);
        alone[c]?.push(toGrid(pixels, width, height));
      }
      tf.dispose(gradients);
    }
    return cameras.map(({ width, height }, c) => ({
      all: toGrid(sums[c] as Float32Array, width, height),
      channels: alone[c] ?? [],
    }));
  } finally {
    tf.dispose([
      raw.state,
      ...(raw.environment ? [raw.environment] : []),
      ...(raw.task ? [raw.task] : []),
      ...raw.images,
    ]);
  }
}

/** 1 × height × width × 3: each pixel less the mean of its surroundings, a sixth of the picture wide. */
function standingOut(tf: Tf, image: Tensor4D): Tensor4D {
  const [, height, width] = image.shape;
  const around = 2 * Math.ceil(Math.max(height, width) / 12) + 1;
  return tf.sub(image, tf.avgPool(image, around, 1, 'same'));
}

/** The channel's actions that are carried out, added up; in spreads of the demonstrations, so that channels compare. */
function oneChannel(tf: Tf, { spec, normaliser }: PolicyParts, actions: Tensor, channel: number): Scalar {
  const used = tf.slice(actions, [0, 0, channel], [1, spec.execute, 1]);
  const spreads = normaliser.targets.std.filter((_, i) => i % spec.action.length === channel);
  return tf.mul(tf.sum(used), gainOf(Math.max(0, ...spreads))) as Scalar;
}

/** A choice between modes is constant almost everywhere: its gradient is zero, which tfjs does not know by itself. */
function passArgMax(tf: Tf): void {
  if (tf.getGradient('ArgMax')) return;
  tf.registerGradient({
    kernelName: 'ArgMax',
    inputsToSave: ['x'],
    gradFunc: (_dy, saved) => ({ x: () => tf.zerosLike(saved[0] as Tensor) }),
  });
}
