import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Random } from '../core/random';
import type { Tf } from './engine';
import { placeFrame } from './images';
import type { NetworkInput } from './policies/method';
import { relativeAction, type Samples } from './samples';

export interface Augmentation {
  readonly random: Random;
  /** Standard deviations of the noise on normalised joints and on normalised task state. */
  readonly jointNoise: number;
  readonly environmentNoise: number;
  /** Largest shift of the pictures, pixels. */
  readonly shift: number;
}

export interface Batch extends NetworkInput {
  /** B × (chunk·J + E): actions, then what is to be told from the pictures; normalised. */
  readonly targets: Tensor2D;
}

/** Tensors for these rows; the caller disposes them (or calls this inside a tidy). Plain loops beat tensor ops here. */
export function makeBatch(tf: Tf, samples: Samples, rows: ArrayLike<number>, augment: Augmentation | null): Batch {
  const { features, joints, inputScale, targetScale } = samples;
  const actions = targetScale.size;
  const hints = samples.hintScale.size;
  const outputs = actions + hints;
  const size = rows.length;
  const x = new Float32Array(size * features);
  const y = new Float32Array(size * outputs);
  for (let b = 0; b < size; b++) {
    const row = rows[b] as number;
    for (let i = 0; i < features; i++) {
      const value = inputScale.forward(i, samples.inputs[row * features + i] as number);
      const noise = i < joints ? augment?.jointNoise : augment?.environmentNoise;
      x[b * features + i] = augment && noise ? value + noise * augment.random.normal() : value;
    }
    for (let i = 0; i < actions; i++) {
      const k = Math.floor(i / joints);
      y[b * outputs + i] = targetScale.forward(i, relativeAction(samples, row, k, i - k * joints));
    }
    for (let i = 0; i < hints; i++) {
      y[b * outputs + actions + i] = samples.hintScale.forward(i, samples.hints[row * hints + i] as number);
    }
  }
  const images = samples.cameras.map((camera, c) => {
    const bytes = camera.width * camera.height * 3;
    const pixels = new Float32Array(size * bytes);
    for (let b = 0; b < size; b++) {
      const dx = shift(augment);
      const dy = shift(augment);
      placeFrame(samples.pictures.at(c, rows[b] as number), 0, pixels, b * bytes, camera, dx, dy);
    }
    return tf.tensor4d(pixels, [size, camera.height, camera.width, 3]);
  });
  return { features: tf.tensor2d(x, [size, features]), images, targets: tf.tensor2d(y, [size, outputs]) };
}

const shift = (augment: Augmentation | null): number =>
  augment && augment.shift > 0 ? augment.random.below(2 * augment.shift + 1) - augment.shift : 0;

/** Row numbers in random order, again and again; `epoch` counts how often all were seen. */
export class Shuffler {
  #order: number[] = [];
  #at = 0;
  epoch = -1;

  constructor(
    readonly rows: Int32Array,
    readonly random: Random,
  ) {}

  next(count: number): Int32Array {
    const out = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      if (this.#at >= this.#order.length) {
        this.#order = this.random.shuffle([...this.rows]);
        this.#at = 0;
        this.epoch++;
      }
      out[i] = this.#order[this.#at++] as number;
    }
    return out;
  }
}
