import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { arrange } from './batch';
import type { Tf } from './engine';
import { unpack } from './parameters';
import type { Network } from './policies/method';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** What an optimiser remembers: flat vectors as long as the weights. */
export interface OptimiserState {
  readonly steps: number;
  readonly weights: Float32Array;
  /** Exponential moving average of the weights (Polyak): what is evaluated, saved and driven with. */
  readonly average: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

export const freshState = (weights: Float32Array): OptimiserState => ({
  steps: 0,
  weights,
  average: Float32Array.from(weights),
  m: new Float32Array(weights.length),
  v: new Float32Array(weights.length),
});

/** Order of the vectors in which a step takes and gives them. */
export const stateVectors = ({ weights, average, m, v }: OptimiserState): Float32Array[] => [weights, average, m, v];

/** All that changes from step `n` (1, 2, …) to step in four numbers, so that the step itself is one fixed graph. */
export function stepNumbers(n: number, rate: number, weightDecay: number, averageSteps: number): Float32Array {
  const correction = Math.sqrt(1 - BETA2 ** n);
  return Float32Array.of(
    (rate * correction) / (1 - BETA1 ** n),
    EPSILON * correction,
    1 - rate * weightDecay,
    // A short memory at first, so that the random start is soon forgotten.
    1 / Math.max(1, Math.min(averageSteps, n / 4)),
  );
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019) on one flat vector of weights, as a pure function:
 * [weights, average, m, v] and [...batch (see `batchShapes`), numbers (4)] → new vectors and the loss before the step.
 */
export function trainStep(tf: Tf, network: Network, cameras: number, hints: boolean) {
  return (state: readonly Tensor[], inputs: readonly Tensor[]): { state: Tensor[]; loss: Scalar } => {
    const [weights, average, m, v] = state as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
    const { input, targets, draws } = arrange(inputs.slice(0, -1), cameras, hints);
    const [size, epsilon, keep, share] = tf.split(inputs.at(-1) as Tensor1D, 4) as [Tensor, Tensor, Tensor, Tensor];
    const lossOf = (flat: Tensor): Scalar =>
      network.loss(tf, unpack(tf, flat as Tensor1D, network.parameters), input, targets, draws);
    const { value, grad } = tf.valueAndGrad(lossOf)(weights);
    const nextM = tf.add(tf.mul(m, BETA1), tf.mul(grad, 1 - BETA1));
    const nextV = tf.add(tf.mul(v, BETA2), tf.mul(tf.square(grad), 1 - BETA2));
    const update = tf.mul(tf.div(nextM, tf.add(tf.sqrt(nextV), epsilon)), size);
    const nextWeights = tf.sub(tf.mul(weights, keep), update);
    const nextAverage = tf.add(average, tf.mul(tf.sub(nextWeights, average), share));
    return { state: [nextWeights, nextAverage, nextM, nextV], loss: value as Scalar };
  };
}
