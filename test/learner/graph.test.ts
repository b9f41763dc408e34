import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { type Engine, openEngine, type Tf } from '../../src-main/learner/engine';
import { checkStep } from '../../src-main/learner/graph/check';
import { compileForward, compileStep, type InputSpec } from '../../src-main/learner/graph/compile';

let engine: Engine;
let tf: Tf;
beforeAll(async () => {
  engine = await openEngine('native');
  tf = engine.tf;
});

const draw = (size: number, random: Random) => Float32Array.from({ length: size }, () => random.normal());

/** Least squares by gradient descent: w 3 × 2. */
const descend = ([w]: Tensor[], [x, y, rate]: Tensor[]) => {
  const loss = (v: Tensor) =>
    tf.mean(tf.square(tf.sub(tf.matMul(x as Tensor2D, v as Tensor2D), y as Tensor))) as Scalar;
  const { value, grad } = tf.valueAndGrad(loss)(w as Tensor);
  return { state: [tf.sub(w as Tensor, tf.mul(grad, rate as Tensor))], loss: value as Scalar };
};
const DESCENT: InputSpec[] = [
  { shape: [4, 3], dtype: 'float32' },
  { shape: [4, 2], dtype: 'float32' },
  { shape: [], dtype: 'float32' },
];
const batchFor = (random: Random) => [draw(12, random), draw(8, random), Float32Array.of(0.1)];

/** What methods are made of, each as a function of x 2 × 3 × 4 (normal) whose gradient exists. */
const PIECES: Record<string, (x: Tensor3D) => Tensor> = {
  softmax: (x) => tf.softmax(x),
  'log of a sum of exponentials': (x) => tf.logSumExp(x, -1),
  'layer normalisation': (x) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
  },
  attention: (x) => tf.matMul(tf.softmax(tf.matMul(x, x, false, true)), x),
  'error function': (x) => tf.mul(x, tf.erf(x)),
  'sigmoid and tanh': (x) => tf.mul(tf.sigmoid(x), tf.tanh(x)),
  'gather rows': (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1),
  'cut and join': (x) => tf.concat([tf.slice(x, [0, 1, 0], [2, 2, 4]), tf.neg(x)], 1),
  'stack and unstack': (x) => tf.stack(tf.unstack(x, 1).reverse(), 1),
  split: (x) => tf.add(...(tf.split(x, 2, 2) as [Tensor, Tensor])),
  'transpose and pad': (x) =>
    tf.pad(tf.transpose(x, [0, 2, 1]), [
      [0, 0],
      [1, 2],
      [0, 0],
    ]),
  tile: (x) => tf.tile(x, [1, 2, 1]),
  'running sum': (x) => tf.cumsum(x, 2),
  choice: (x) => tf.where(tf.greater(tf.range(0, 4), 1), tf.square(x), tf.mul(x, 0.1)),
  'largest and smallest': (x) => tf.sub(tf.max(x, 1), tf.min(x, 1)),
  clip: (x) => tf.clipByValue(x, -0.5, 0.5),
  'softplus, exp, log': (x) => tf.log(tf.add(1, tf.exp(tf.softplus(x)))),
  'one-dimensional convolution': (x) => tf.conv1d(x, tf.ones([2, 4, 3]) as Tensor3D, 1, 'same'),
  convolution: (x) => tf.conv2d(tf.reshape(x, [2, 3, 4, 1]) as Tensor4D, tf.ones([3, 3, 1, 2]) as Tensor4D, 2, 'same'),
  'ReLU as tfjs has it': (x) => tf.relu(x),
  'elu and leaky ReLU': (x) => tf.add(tf.elu(x), tf.leakyRelu(x, 0.1)),
  'absolute value, power': (x) => tf.pow(tf.abs(x), 1.5),
  'one of several': (x) => tf.mul(x, tf.oneHot(tf.argMax(x, -1), 4)),
};

describe('a compiled step', () => {
  it('does what the eager step does, call after call, and can be set back', async () => {
    const random = new Random(3);
    const state = [{ shape: [3, 2], value: draw(6, random) }];
    const before = tf.memory().numTensors;
    const compiled = await compileStep(engine, descend, state, DESCENT);
    await checkStep(
      engine,
      descend,
      compiled,
      state,
      DESCENT,
      [1, 2, 3].map(() => batchFor(random)),
    );
    const batch = batchFor(random);
    const first = compiled.run(batch)[0] as number;
    expect(compiled.run(batch)[0]).toBeLessThan(first);
    compiled.writeState(state.map(({ value }) => value));
    expect(compiled.run(batch)[0]).toBe(first);
    compiled.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(Object.keys(PIECES))('knows every operation and its gradient: %s', async (name) => {
    const piece = PIECES[name] as (x: Tensor3D) => Tensor;
    const step = ([w]: Tensor[], [x]: Tensor[]) => {
      const { value, grad } = tf.valueAndGrad((v) => tf.mean(tf.square(piece(tf.add(v, x as Tensor)))))(w as Tensor);
      return { state: [tf.sub(w as Tensor, grad)], loss: value as Scalar };
    };
    const random = new Random(7);
    const state = [{ shape: [2, 3, 4], value: draw(24, random) }];
    const inputs: InputSpec[] = [{ shape: [2, 3, 4], dtype: 'float32' }];
    const compiled = await compileStep(engine, step, state, inputs);
    await checkStep(engine, step, compiled, state, inputs, [[draw(24, random)], [draw(24, random)]]);
    compiled.dispose();
  });

  it('keeps neither tensors nor memory over ten thousand steps', async () => {
    const random = new Random(3);
    const compiled = await compileStep(engine, descend, [{ shape: [3, 2], value: draw(6, random) }], DESCENT);
    const batch = batchFor(random);
    const steps = (n: number) => {
      for (let i = 0; i < n; i++) compiled.run(batch);
      return process.memoryUsage().rss / 1e6;
    };
    const start = steps(2000);
    const tensors = tf.memory().numTensors;
    // A kilobyte a step would be ten megabytes; the rest is what a garbage collector may take its time with.
    expect(steps(10_000) - start).toBeLessThan(40);
    expect(tf.memory().numTensors).toBe(tensors);
    compiled.dispose();
  }, 60_000);

  it('takes bytes where the function sees floats', async () => {
    const inputs: InputSpec[] = [{ shape: [3], dtype: 'uint8' }];
    const half = await compileForward(engine, ([x]) => [tf.div(x as Tensor, 2)], inputs);
    expect([...(half.run([Uint8Array.of(0, 101, 255)])[0] ?? [])]).toEqual([0, 50.5, 127.5]);
    half.dispose();
  });

  it('holds the weights of a forward function, or takes new ones', async () => {
    const forward = ([x]: Tensor[], [w]: Tensor[]) => [tf.mul(x as Tensor, w as Tensor1D), tf.neg(x as Tensor)];
    const inputs: InputSpec[] = [{ shape: [2], dtype: 'float32' }];
    const graph = await compileForward(engine, forward, inputs, [{ shape: [2], value: Float32Array.of(2, 3) }]);
    const run = () => graph.run([Float32Array.of(1, 10)]).map((values) => [...values]);
    expect(run()).toEqual([
      [2, 30],
      [-1, -10],
    ]);
    graph.writeState([Float32Array.of(-1, 0.5)]);
    expect(run()[0]).toEqual([-1, 5]);
    graph.dispose();
  });

  it('refuses a step that reads values on the way, naming the operation', async () => {
    const peeking = ([w]: Tensor[], [x]: Tensor[]) => {
      const number = (x as Tensor).dataSync()[0] as number;
      return { state: [tf.mul(w as Tensor, number)], loss: tf.sum(w as Tensor) as Scalar };
    };
    const state = [{ shape: [1], value: Float32Array.of(1) }];
    await expect(compileStep(engine, peeking, state, [{ shape: [1], dtype: 'float32' }])).rejects.toMatchObject({
      kind: 'incompatible',
      message: expect.stringContaining('reads the values'),
    });
  });

  it('finds out a step that draws random numbers of its own', async () => {
    const dicing = ([w]: Tensor[], [x]: Tensor[]) => ({
      state: [tf.add(w as Tensor, x as Tensor)],
      loss: tf.sum(tf.mul(tf.add(w as Tensor, x as Tensor), tf.randomNormal([2]))) as Scalar,
    });
    const state = [{ shape: [2], value: Float32Array.of(1, 2) }];
    const inputs: InputSpec[] = [{ shape: [2], dtype: 'float32' }];
    const compiled = await compileStep(engine, dicing, state, inputs);
    const batches = [[Float32Array.of(3, 4)]];
    await expect(checkStep(engine, dicing, compiled, state, inputs, batches)).rejects.toMatchObject({
      kind: 'incompatible',
    });
    compiled.dispose();
  });
});
