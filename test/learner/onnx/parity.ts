import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { Random } from '../../../src-main/core/random';
import type { Engine, Tf } from '../../../src-main/learner/engine';
import { openOnnx } from '../../../src-main/learner/onnx/session';
import { exportOnnx } from '../../../src-main/learner/onnx/to-onnx';

/** Numbers between `low` and `high`, the same ones each time. */
export function numbers(count: number, seed: number, low = -2, high = 2): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => random.between(low, high));
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Any tensor as floats, so that every output can be compared. */
export const asFloat = (tf: Tf, x: Tensor): Tensor => tf.cast(x, 'float32');

/**
 * Exports `fn` and runs it in onnxruntime on numbers it has not been traced with; the largest difference to tfjs must be
 * below `limit`, relative to the size of the numbers. Returns the bytes of the file.
 */
export async function sameInBoth(
  engine: Engine,
  shapes: readonly (readonly number[])[],
  fn: (tf: Tf, ...inputs: Tensor[]) => Tensor | readonly Tensor[],
  { limit = 1e-5, low = -2, high = 2, seed = 1 } = {},
): Promise<Uint8Array> {
  const { tf } = engine;
  const specs = shapes.map((shape, i) => ({ name: `in${i}`, shape, dtype: 'float32' as const }));
  const call = (inputs: readonly Tensor[]): Record<string, Tensor> => {
    const made = fn(tf, ...inputs);
    const list: readonly Tensor[] = made instanceof tf.Tensor ? [made] : made;
    return Object.fromEntries(list.map((tensor, i) => [`out${i}`, asFloat(tf, tensor)]));
  };
  const bytes = await exportOnnx(engine, (inputs) => call(specs.map(({ name }) => inputs[name] as Tensor)), specs, {});
  const feeds = shapes.map((shape, i) => numbers(size(shape), seed + i, low, high));
  const wanted = tf.tidy(() => {
    const results = call(feeds.map((data, i) => tf.tensor(data, [...(shapes[i] ?? [])])));
    return Object.entries(results).map(([name, tensor]) => ({
      name,
      shape: tensor.shape,
      data: tensor.dataSync().slice(),
    }));
  });
  const session = await openOnnx(bytes);
  const given = feeds.map((data, i) => [`in${i}`, { data, shape: shapes[i] ?? [] }] as const);
  const got = await session.run(
    Object.fromEntries(given),
    wanted.map(({ name }) => name),
  );
  await session.close();
  for (const { name, shape, data } of wanted) {
    expect([...(got[name]?.shape ?? [])], `shape of ${name}`).toEqual(shape);
    const scale = Math.max(1, ...Array.from(data, Math.abs));
    const worst = Math.max(0, ...Array.from(data, (value, i) => difference(value, got[name]?.data[i])));
    expect(worst / scale, `largest difference in ${name}`).toBeLessThan(limit);
  }
  return bytes;
}

const difference = (a: number, b: number | undefined): number => {
  if (b === undefined) return Number.POSITIVE_INFINITY;
  return Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) ? 0 : Math.abs(a - b);
};
