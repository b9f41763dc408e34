import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Random } from '../core/random';
import type { Tf } from './engine';

/** One weight tensor. `std` is the spread of its random start; 0 starts at zero. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly std: number;
}

/** Weights and bias of a dense layer, in × out, started for ReLU (He et al. 2015). */
export const denseParameters = (inputs: number, outputs: number, gain = 2): ParameterSpec[] => [
  { shape: [inputs, outputs], std: Math.sqrt(gain / inputs) },
  { shape: [outputs], std: 0 },
];

/** Filter and bias of a square convolution, size × size × in × out. */
export const convParameters = (size: number, inputs: number, outputs: number): ParameterSpec[] => [
  { shape: [size, size, inputs, outputs], std: Math.sqrt(2 / (size * size * inputs)) },
  { shape: [outputs], std: 0 },
];

export const sizeOf = (spec: ParameterSpec): number => spec.shape.reduce((a, b) => a * b, 1);
export const totalSize = (specs: readonly ParameterSpec[]): number => specs.reduce((sum, s) => sum + sizeOf(s), 0);

/** All weights end to end in one vector: the optimiser is then a handful of operations, whatever the network. */
export function initialParameters(specs: readonly ParameterSpec[], random: Random): Float32Array {
  const out = new Float32Array(totalSize(specs));
  let at = 0;
  for (const spec of specs) {
    for (let n = sizeOf(spec); n > 0; n--, at++) out[at] = spec.std === 0 ? 0 : random.normal() * spec.std;
  }
  return out;
}

/** The vector cut into tensors, in order. Differentiable: the gradient comes back as one vector. */
export function unpack(tf: Tf, vector: Tensor1D, specs: readonly ParameterSpec[]): Tensor[] {
  if (specs.length === 1) return [tf.reshape(vector, [...(specs[0]?.shape ?? [])])];
  const parts = tf.split(vector, specs.map(sizeOf));
  return parts.map((part, i) => tf.reshape(part, [...(specs[i]?.shape ?? [])]));
}
