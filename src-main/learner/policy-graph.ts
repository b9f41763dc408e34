import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { PolicySpec } from '../core/policy';
import { Random } from '../core/random';
import { drawn } from './batch';
import type { Tf } from './engine';
import { CUT, gainOf } from './normaliser';
import type { Network } from './policies/method';

/** A saved policy, read and checked: all that is needed to compute actions. */
export interface PolicyParts {
  readonly spec: PolicySpec;
  readonly network: Network;
  /** Of the F features, and of the chunk × A actions. */
  readonly normaliser: {
    readonly inputs: { readonly mean: readonly number[]; readonly std: readonly number[] };
    readonly targets: { readonly mean: readonly number[]; readonly std: readonly number[] };
  };
  /** See `Samples.relativeTo`. */
  readonly relativeTo: readonly (number | null)[];
}

/** Observations as they come, in the robot's units, oldest first. */
export interface RawInput {
  /** 1 × H × S. */
  readonly state: Tensor3D;
  /** 1 × H × E; absent when the policy sees no task state. */
  readonly environment?: Tensor3D;
  /** 1 × T, one-hot; absent when it knows one task. */
  readonly task?: Tensor2D;
  /** Per camera 1 × height × width × 3, 0..1, of now. */
  readonly images: readonly Tensor4D[];
}

/** The draws of a policy that acts with chance are the same each time: it commits to one way, and every copy to the same. */
const ACT_SEED = 11;

/**
 * The whole policy as one pure function of tensors, normalisers inside: observation → 1 × chunk × A, in the robot's
 * units. What drives the robot and what is exported are both this function.
 */
export function policyGraph(tf: Tf, parts: PolicyParts, weights: readonly Tensor[], raw: RawInput): Tensor3D {
  const { spec, network, normaliser, relativeTo } = parts;
  const { history, chunk } = spec;
  const shown: Tensor3D[] = [raw.state];
  if (raw.environment) shown.push(raw.environment);
  if (raw.task) {
    const [, tasks = 0] = raw.task.shape;
    shown.push(tf.tile(tf.reshape(raw.task, [1, 1, tasks]), [1, history, 1]) as Tensor3D); // 1 × H × T
  }
  const together = shown.length > 1 ? (tf.concat(shown, 2) as Tensor3D) : raw.state; // 1 × H × F
  const centred = tf.sub(together, tf.tensor1d([...normaliser.inputs.mean]));
  const scaled = tf.mul(centred, tf.tensor1d(normaliser.inputs.std.map(gainOf)));
  const features = tf.clipByValue(scaled, -CUT, CUT) as Tensor3D;
  const images = raw.images.map((image) => tf.sub(image, 0.5) as Tensor4D);
  const random = new Random(ACT_SEED);
  const draws = network.actDraws.map((draw) => tf.tensor(drawn(draw, 1, random), [1, ...draw.shape]));
  const output = network.act(tf, weights, { features, images }, draws); // 1 × chunk × A, normalised
  const channels = relativeTo.length;
  const shape: [number, number, number] = [1, chunk, channels];
  const spread = tf.tensor3d([...normaliser.targets.std], shape);
  const actions = tf.add(tf.mul(output, spread), tf.tensor3d([...normaliser.targets.mean], shape)) as Tensor3D;
  if (relativeTo.every((base) => base === null)) return actions;
  const [, , state] = raw.state.shape;
  const now = tf.reshape(tf.slice(raw.state, [0, history - 1, 0], [1, 1, state]), [1, state]) as Tensor2D;
  return tf.add(actions, tf.reshape(tf.matMul(now, selection(tf, relativeTo, state)), [1, 1, channels])) as Tensor3D;
}

/** S × A: picks for each action channel the value it is relative to; nothing for those that stand for themselves. */
function selection(tf: Tf, relativeTo: readonly (number | null)[], state: number): Tensor2D {
  const values = new Float32Array(state * relativeTo.length);
  for (const [channel, base] of relativeTo.entries()) if (base !== null) values[base * relativeTo.length + channel] = 1;
  return tf.tensor2d(values, [state, relativeTo.length]);
}
