import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tf } from '../engine';
import { relu } from '../layers';
import { denseParameters, type ParameterSpec } from '../parameters';

/** The weights of one part of a network, out of all of them. */
export type Part = (weights: readonly Tensor[]) => readonly Tensor[];
/** ... × in → ... × out, with its own weights picked out of all. */
export type Apply = <T extends Tensor>(tf: Tf, weights: readonly Tensor[], x: T) => T;

/** Gives each part of a network its place among the weights, so that nobody counts indices by hand. */
export class Layout {
  readonly #parameters: ParameterSpec[] = [];

  get parameters(): readonly ParameterSpec[] {
    return this.#parameters;
  }

  add(parameters: readonly ParameterSpec[]): Part {
    const from = this.#parameters.length;
    this.#parameters.push(...parameters);
    return (weights) => weights.slice(from, from + parameters.length);
  }

  /** A dense layer on the last axis; `gain` 2 suits a ReLU after it, 1 a plain map, less an output that starts small. */
  dense(inputs: number, outputs: number, gain = 1): Apply {
    const part = this.add(denseParameters(inputs, outputs, gain));
    return (tf, weights, x) => {
      const [w, b] = part(weights) as readonly [Tensor, Tensor];
      return rowsOf(tf, x, (rows) => tf.add(tf.matMul(rows, w as typeof rows), b));
    };
  }

  /** Dense layers, each with a ReLU after it. */
  stack(inputs: number, widths: readonly number[]): Apply {
    const layers = widths.map((width, i) => this.dense(i === 0 ? inputs : (widths[i - 1] as number), width, 2));
    return (tf, weights, x) => layers.reduce((y, layer) => relu(tf, layer(tf, weights, y)), x);
  }
}

/** Applies a map of rows (N × in → N × out) to a tensor of any rank: its last axis is the row. */
export function rowsOf<T extends Tensor>(tf: Tf, x: T, map: (rows: Tensor2D) => Tensor2D): T {
  if (x.rank === 2) return map(x as Tensor as Tensor2D) as Tensor as T;
  const out = map(tf.reshape(x, [-1, x.shape.at(-1) as number]) as Tensor2D);
  return tf.reshape(out, [...x.shape.slice(0, -1), out.shape[1]]) as T;
}
