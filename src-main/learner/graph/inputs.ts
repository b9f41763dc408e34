import type { Tensor } from '@tensorflow/tfjs-core';
import type { Random } from '../../core/random';
import type { Tf } from '../engine';
import type { FeedArray } from './native';
import { type Edge, edge, FLOAT, type GraphNode, INT32, makeNode, typeAttribute, UINT8 } from './nodes';
import { placeholder } from './state';

/** A value fed at each call. `uint8`: the function sees float32 whole numbers 0..255, the call is given bytes. */
export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'uint8';
}

const DTYPES = { float32: FLOAT, int32: INT32, uint8: UINT8 };

/** Values to trace and to check with: normal floats, zeros for whole numbers (which may be indices), any bytes. */
export function exampleOf({ shape, dtype }: InputSpec, random: Random): FeedArray {
  const size = shape.reduce((a, b) => a * b, 1);
  if (dtype === 'int32') return new Int32Array(size);
  if (dtype === 'uint8') return Uint8Array.from({ length: size }, () => random.below(256));
  return Float32Array.from({ length: size }, () => random.normal());
}

/** What the function itself is given for these values. */
export function tensorOf(tf: Tf, { shape, dtype }: InputSpec, values: FeedArray): Tensor {
  const of = dtype === 'uint8' ? Float32Array.from(values) : values;
  return tf.tensor(of, [...shape], dtype === 'uint8' ? 'float32' : dtype);
}

/** Where a call's value enters the graph, and where the function finds it. */
export function inputNodes(
  { shape, dtype }: InputSpec,
  name: string,
): { readonly feed: GraphNode; readonly value: Edge } {
  const feed = placeholder(name, { dtype: DTYPES[dtype], shape });
  if (dtype !== 'uint8') return { feed, value: edge(feed) };
  const cast = { SrcT: typeAttribute(UINT8), DstT: typeAttribute(FLOAT) };
  return { feed, value: edge(makeNode('Cast', [edge(feed)], cast, [{ dtype: FLOAT, shape }])) };
}
