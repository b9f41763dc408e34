import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Random } from '../core/random';
import type { Tf } from './engine';
import { placeFrame, tint } from './images';
import { correction, drawNudges, type Nudges, noiseOf } from './nudge';
import type { Draw, NetworkInput, Targets } from './policies/method';
import { type Samples, targetAt } from './samples';

export interface Augmentation {
  readonly random: Random;
  /** Standard deviations of the noise on normalised proprioception and on normalised task state. */
  readonly jointNoise: number;
  readonly environmentNoise: number;
  /** See `TrainSettings`; 0 when absent. */
  readonly shiftTogether?: number;
  readonly recovery?: number;
  /** How often all proprioception of a sample is hidden. */
  readonly jointDropout: number;
  /** Largest shift of the pictures, pixels. */
  readonly shift: number;
  /** Strength of random brightness, contrast and colour, 0..1. */
  readonly colour: number;
}

/** A batch as plain numbers, in the order in which a step takes them. Shapes: see `NetworkInput`, `Targets`, `Draw`. */
export interface Batch {
  readonly size: number;
  readonly features: Float32Array;
  readonly images: readonly Float32Array[];
  readonly actions: Float32Array;
  /** null when there are no hints. */
  readonly hints: Float32Array | null;
  readonly draws: readonly Float32Array[];
}

/** Numbers for these rows. Plain loops beat tensor operations here. */
export function makeBatch(
  samples: Samples,
  rows: ArrayLike<number>,
  draws: readonly Draw[],
  drawing: Random,
  augment: Augmentation | null,
): Batch {
  const size = rows.length;
  const nudges = augment && drawNudges(samples, size, augment);
  const recovery = augment?.recovery ?? 0;
  return {
    size,
    features: features(samples, rows, augment, nudges),
    images: samples.cameras.map((_, c) => pictures(samples, c, rows, augment)),
    actions: fill(samples.targetScale.size, rows, (row, i, b) => {
      const k = Math.floor(i / samples.channels);
      const channel = i - k * samples.channels;
      const change = nudges ? correction(samples, nudges, b, k, channel, recovery) : 0;
      return samples.targetScale.forward(i, targetAt(samples, row, k, channel) + change);
    }),
    hints:
      samples.hintScale.size === 0
        ? null
        : fill(samples.hintScale.size, rows, (row, i) =>
            samples.hintScale.forward(i, samples.hints[row * samples.hintScale.size + i] as number),
          ),
    draws: draws.map((draw) => drawn(draw, size, drawing)),
  };
}

/** `size` samples of one draw, B × shape. */
export function drawn(draw: Draw, size: number, random: Random): Float32Array {
  const values = new Float32Array(draw.shape.reduce((a, b) => a * b, size));
  for (let i = 0; i < values.length; i++) values[i] = draw.kind === 'normal' ? random.normal() : random.next();
  return values;
}

function fill(width: number, rows: ArrayLike<number>, at: (row: number, i: number, b: number) => number): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (let b = 0; b < rows.length; b++) {
    for (let i = 0; i < width; i++) out[b * width + i] = at(rows[b] as number, i, b);
  }
  return out;
}

/** B × H × F. Before the first row of an episode stands that first row again, as at run time. */
function features(
  samples: Samples,
  rows: ArrayLike<number>,
  augment: Augmentation | null,
  nudges: Nudges | null,
): Float32Array {
  const { features: width, history, joints, environment, inputs, inputScale, starts } = samples;
  const out = new Float32Array(rows.length * history * width);
  for (let b = 0; b < rows.length; b++) {
    const row = rows[b] as number;
    const hidden = augment !== null && augment.jointDropout > 0 && augment.random.next() < augment.jointDropout;
    for (let h = 0; h < history; h++) {
      const then = Math.max(starts[row] as number, row - (history - 1 - h));
      const to = (b * history + h) * width;
      for (let i = 0; i < width; i++) {
        if (hidden && i < joints) continue;
        const value = inputs[then * width + i] as number;
        const moved = nudges ? (nudges.shift[b * width + i] as number) : 0;
        let seen = inputScale.forward(i, value + moved);
        if (augment && nudges) {
          // A slip that is to be made good is one for the whole history; mere noise is new in each row.
          const same = i < joints && (h === history - 1 || (augment.recovery ?? 0) > 0);
          if (same) seen += nudges.slip[b * joints + i] as number;
          else if (i < joints + environment) seen += noiseOf(samples, augment, i) * augment.random.normal();
        }
        out[to + i] = seen;
      }
    }
  }
  return out;
}

/** B × height × width × 3. */
function pictures(
  samples: Samples,
  camera: number,
  rows: ArrayLike<number>,
  augment: Augmentation | null,
): Float32Array {
  const spec = samples.cameras[camera] as Samples['cameras'][number];
  const bytes = spec.width * spec.height * 3;
  const out = new Float32Array(rows.length * bytes);
  for (let b = 0; b < rows.length; b++) {
    const picture = samples.pictures.at(camera, rows[b] as number);
    placeFrame(picture, 0, out, b * bytes, spec, shift(augment), shift(augment));
    if (augment && augment.colour > 0) tint(out.subarray(b * bytes, (b + 1) * bytes), augment.colour, augment.random);
  }
  return out;
}

const shift = (augment: Augmentation | null): number =>
  augment && augment.shift > 0 ? augment.random.below(2 * augment.shift + 1) - augment.shift : 0;

/** Shapes of what a step takes, in order: features, images, actions, hints (if any), draws. */
export function batchShapes(samples: Samples, draws: readonly Draw[], size: number): number[][] {
  return [
    [size, samples.history, samples.features],
    ...samples.cameras.map(({ height, width }) => [size, height, width, 3]),
    [size, samples.chunk, samples.channels],
    ...(samples.hintScale.size > 0 ? [[size, samples.hintScale.size]] : []),
    ...draws.map((draw) => [size, ...draw.shape]),
  ];
}

/** The numbers of a batch in the order of `batchShapes`. */
export const batchValues = (batch: Batch): Float32Array[] => [
  batch.features,
  ...batch.images,
  batch.actions,
  ...(batch.hints ? [batch.hints] : []),
  ...batch.draws,
];

export interface Arranged {
  readonly input: NetworkInput;
  readonly targets: Targets;
  readonly draws: readonly Tensor[];
}

/** Tensors in the order of `batchShapes`, by name. */
export function arrange(tensors: readonly Tensor[], cameras: number, hints: boolean): Arranged {
  const at = 1 + cameras;
  return {
    input: { features: tensors[0] as Tensor3D, images: tensors.slice(1, at) as Tensor4D[] },
    targets: { actions: tensors[at] as Tensor3D, hints: hints ? (tensors[at + 1] as Tensor2D) : null },
    draws: tensors.slice(at + (hints ? 2 : 1)),
  };
}

/** A batch as tensors; the caller disposes them (or calls this inside a tidy). */
export function tensorsOf(tf: Tf, batch: Batch, shapes: readonly number[][]): Tensor[] {
  return batchValues(batch).map((values, i) => tf.tensor(values, [...(shapes[i] as number[])]));
}
