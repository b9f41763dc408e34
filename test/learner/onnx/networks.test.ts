import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEngine, type Tf } from '../../../src-main/learner/engine';
import { conv, dense, relu, spatialSoftmax } from '../../../src-main/learner/layers';
import { decodeModel } from '../../../src-main/learner/onnx/schema';
import { exportOnnx } from '../../../src-main/learner/onnx/to-onnx';
import { sameInBoth } from './parity';

/** Whole networks of the kinds that policies are made of, on both engines. */

const weight = (tf: Tf, shape: number[], seed: number): Tensor =>
  tf.mul(tf.randomNormal(shape, 0, 1, 'float32', seed), 1 / Math.sqrt(shape.at(-2) ?? 1));

const layerNorm = (tf: Tf, x: Tensor): Tensor => {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
};

/** Multi-head self-attention and a feed-forward layer, each after a layer norm: 1 × T × D. */
function transformerBlock(tf: Tf, x: Tensor, heads: number): Tensor {
  const [, time = 1, width = 1] = x.shape;
  const normed = tf.reshape(layerNorm(tf, x), [time, width]) as Tensor2D;
  const head = (seed: number): Tensor =>
    tf.transpose(
      tf.reshape(tf.matMul(normed, weight(tf, [width, width], seed) as Tensor2D), [1, time, heads, width / heads]),
      [0, 2, 1, 3],
    );
  const scores = tf.softmax(tf.mul(tf.matMul(head(1), head(2), false, true), 1 / Math.sqrt(width / heads)));
  const mixed = tf.reshape(tf.transpose(tf.matMul(scores, head(3)), [0, 2, 1, 3]), [1, time, width]);
  const y = tf.add(x, mixed);
  const hidden = tf.elu(
    tf.matMul(tf.reshape(layerNorm(tf, y), [time, width]) as Tensor2D, weight(tf, [width, 32], 4) as Tensor2D),
  );
  return tf.add(y, tf.reshape(tf.matMul(hidden, weight(tf, [32, width], 5) as Tensor2D), x.shape));
}

function lstm(tf: Tf, x: Tensor3D, units: number): Tensor2D {
  const [batch, time, width] = x.shape;
  const kernel = weight(tf, [width + units, units * 4], 1) as Tensor2D;
  let h = tf.zeros([batch, units]) as Tensor2D;
  let c = tf.zeros([batch, units]) as Tensor2D;
  for (const step of tf.unstack(x, 1).slice(0, time)) {
    const gates = tf.matMul(tf.concat2d([step as Tensor2D, h], 1), kernel);
    const [i, f, g, o] = tf.split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    h = tf.mul(tf.sigmoid(o), tf.tanh(c));
  }
  return h;
}

/** Ten denoising steps of a small convolutional denoiser along the chunk, from noise that is baked in. */
function diffusion(tf: Tf, seen: Tensor2D): Tensor {
  let x = tf.randomNormal([1, 8, 6], 0, 1, 'float32', 7) as Tensor3D;
  const condition = tf.matMul(seen, weight(tf, [seen.shape[1], 16], 1) as Tensor2D);
  for (let step = 9; step >= 0; step--) {
    const time = tf.sin(tf.mul(tf.range(1, 17), step / 10)) as Tensor1D;
    const film = tf.reshape(tf.add(condition, time), [1, 1, 16]);
    const down = tf.relu(tf.add(tf.conv1d(x, weight(tf, [3, 6, 16], 2) as Tensor3D, 2, 'same'), film)) as Tensor3D;
    const up = tf.reshape(tf.tile(tf.expandDims(down, 2), [1, 1, 2, 1]), [1, 8, 16]) as Tensor3D;
    const noise = tf.conv1d(up, weight(tf, [3, 16, 6], 3) as Tensor3D, 1, 'same');
    x = tf.clipByValue(tf.sub(x, tf.mul(noise, 0.1)), -3, 3) as Tensor3D;
  }
  return x;
}

function cameras(tf: Tf, picture: Tensor, joints: Tensor): Tensor {
  let x = tf.sub(tf.transpose(picture, [0, 2, 3, 1]), 0.5) as Tensor4D; // 1 × 3 × H × W → 1 × H × W × 3
  x = relu(tf, conv(tf, x, weight(tf, [5, 5, 3, 8], 1), weight(tf, [8], 2), 2));
  x = conv(tf, x, weight(tf, [3, 3, 8, 16], 3), weight(tf, [16], 4), 2);
  const seen = tf.concat2d([joints as Tensor2D, spatialSoftmax(tf, x)], 1);
  return dense(tf, seen, weight(tf, [38, 12], 5), weight(tf, [12], 6));
}

const mixture = (tf: Tf, x: Tensor): Tensor => {
  const logits = tf.matMul(x as Tensor2D, weight(tf, [5, 4], 1) as Tensor2D);
  const means = tf.reshape(tf.matMul(x as Tensor2D, weight(tf, [5, 12], 2) as Tensor2D), [1, 4, 3]);
  const best = tf.oneHot(tf.argMax(logits, 1) as Tensor1D, 4);
  return tf.sum(tf.mul(means, tf.expandDims(best, 2)), 1);
};

const nearest = (tf: Tf, x: Tensor): Tensor => {
  const known = weight(tf, [200, 5], 1);
  const distance = tf.sum(tf.square(tf.sub(known, x)), 1);
  const { values, indices } = tf.topk(tf.neg(distance), 4);
  const weights = tf.reshape(tf.softmax(values), [4, 1]);
  return tf.sum(tf.mul(tf.gather(weight(tf, [200, 6], 2), indices as Tensor1D), weights), 0, true);
};

describe.each(['auto', 'wasm'] as const)('on the %s engine, onnxruntime computes the same for', (kind) => {
  const check = async (
    ...[shapes, fn, options]: Parameters<typeof sameInBoth> extends [unknown, ...infer R] ? R : never
  ) => sameInBoth(await openEngine(kind), shapes, fn, options);

  it('a multilayer perceptron', async () => {
    await check([[1, 18]], (tf, x) => {
      const hidden = relu(tf, dense(tf, x as Tensor2D, weight(tf, [18, 64], 1), weight(tf, [64], 2)));
      return dense(tf, hidden, weight(tf, [64, 48], 3), weight(tf, [48], 4));
    });
  });

  it('a camera encoder with spatial softmax, without moving a single axis', async () => {
    const bytes = await check(
      [
        [1, 3, 48, 48],
        [1, 6],
      ],
      (tf, picture, joints) => cameras(tf, picture as Tensor, joints as Tensor),
      { low: 0, high: 1 },
    );
    const model = JSON.stringify(decodeModel(bytes), (key, value) => (key === 'rawData' ? null : value));
    expect(model).toContain('"opType":"Conv"');
    expect(model).not.toContain('"opType":"Transpose"');
  });

  it('an LSTM', async () => {
    await check([[1, 10, 7]], (tf, x) => lstm(tf, x as Tensor3D, 16));
  });

  it('a transformer', async () => {
    await check([[1, 12, 16]], (tf, x) => transformerBlock(tf, transformerBlock(tf, x as Tensor, 4), 2), {
      limit: 1e-5,
    });
  });

  it('a diffusion policy of ten steps', async () => {
    await check([[1, 9]], (tf, x) => diffusion(tf, x as Tensor2D), { limit: 2e-5 });
  });

  it('a mixture of Gaussians', async () => {
    await check([[1, 5]], (tf, x) => mixture(tf, x as Tensor));
  });

  it('nearest neighbours', async () => {
    await check([[1, 5]], (tf, x) => nearest(tf, x as Tensor));
  });
});

describe('exporting', () => {
  it('keeps nothing that does not lead to an output, and computes constants once and for all', async () => {
    const engine = await openEngine();
    const { tf } = engine;
    const bytes = await exportOnnx(
      engine,
      ({ x }) => {
        tf.matMul(x as Tensor2D, tf.ones([4, 100]));
        const table = tf.softmax(tf.matMul(tf.ones([3, 4]), tf.ones([4, 2])));
        return { y: tf.add(tf.sum(table), x as Tensor) };
      },
      [{ name: 'x', shape: [1, 4], dtype: 'float32' }],
      { author: 'test' },
    );
    const ops = (decodeModel(bytes) as { graph: { node: { opType: string }[] } }).graph.node.map((node) => node.opType);
    expect(ops).toEqual(['Add', 'Identity']);
  });

  it('names the operation it cannot write', async () => {
    const engine = await openEngine();
    const { tf } = engine;
    const attempt = exportOnnx(
      engine,
      ({ x }) => ({ y: tf.cast(tf.multinomial(x as Tensor2D, 3, 1), 'float32') }),
      [{ name: 'x', shape: [1, 4], dtype: 'float32' }],
      {},
    );
    await expect(attempt).rejects.toMatchObject({
      kind: 'incompatible',
      message: expect.stringContaining('Multinomial'),
    });
  });

  it('leaves the engine as it was, also when the function throws, and leaks no tensor', async () => {
    const engine = await openEngine();
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const fail = exportOnnx(
      engine,
      ({ x }) => {
        tf.relu(x as Tensor);
        throw new Error('broken policy');
      },
      [{ name: 'x', shape: [1], dtype: 'float32' }],
      {},
    );
    await expect(fail).rejects.toThrow('broken policy');
    expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('broadcasts, transposes and reduces as tfjs does, whatever the shapes', async () => {
    const engine = await openEngine();
    const axis = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(axis, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 1000 }),
        async (axes, drop, order, seed) => {
          const a = axes.map(([n, thin]) => (thin ? 1 : n));
          const b = axes.map(([n, , thin]) => (thin ? 1 : n)).slice(Math.min(drop, axes.length - 1));
          const perm = permutation(axes.length, order);
          await sameInBoth(
            engine,
            [a, b],
            (tf, x, y) => {
              const sum = tf.add(x as Tensor, y as Tensor);
              const turned = tf.mul(tf.transpose(sum, perm), tf.max(tf.transpose(x as Tensor, perm), 0, true));
              return [turned, tf.sum(turned, [0]), tf.concat([turned, tf.abs(turned)], -1), tf.reshape(turned, [-1])];
            },
            { seed },
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

function permutation(n: number, k: number): number[] {
  const left = Array.from({ length: n }, (_, i) => i);
  let rest = k;
  return Array.from({ length: n }, () => {
    const [taken = 0] = left.splice(rest % left.length, 1);
    rest = Math.floor(rest / (left.length + 1));
    return taken;
  });
}
