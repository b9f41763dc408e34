import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { openEngine, type Tf } from '../../../src-main/learner/engine';
import { sameInBoth } from './parity';

/** Operations one by one: the written graph must compute what tfjs computes. */

type Case = {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly fn: (tf: Tf, ...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly range?: readonly [number, number];
};

const one = (name: string, fn: (tf: Tf, x: Tensor) => Tensor, range?: readonly [number, number]): Case => ({
  name,
  shapes: [[2, 3, 4]],
  fn,
  range,
});
const two = (name: string, fn: (tf: Tf, a: Tensor, b: Tensor) => Tensor): Case[] => [
  {
    name: `${name} of equal shapes`,
    shapes: [
      [3, 4],
      [3, 4],
    ],
    fn,
  },
  {
    name: `${name} with broadcasting`,
    shapes: [
      [2, 3, 1],
      [3, 4],
    ],
    fn,
  },
  { name: `${name} with a number`, shapes: [[5]], fn: (tf, a) => fn(tf, a, tf.scalar(0.5)) },
];
const int = (tf: Tf, x: Tensor): Tensor => tf.cast(tf.floor(x), 'int32');

const UNARY: Case[] = [
  one('abs', (tf, x) => tf.abs(x)),
  one('acos', (tf, x) => tf.acos(x), [-0.9, 0.9]),
  one('acosh', (tf, x) => tf.acosh(x), [1.1, 3]),
  one('asin', (tf, x) => tf.asin(x), [-0.9, 0.9]),
  one('asinh', (tf, x) => tf.asinh(x)),
  one('atan', (tf, x) => tf.atan(x)),
  one('atanh', (tf, x) => tf.atanh(x), [-0.9, 0.9]),
  one('cast to int and back', (tf, x) => tf.cast(tf.cast(x, 'int32'), 'float32')),
  one('cast to bool', (tf, x) => tf.cast(tf.cast(x, 'int32'), 'bool')),
  one('ceil', (tf, x) => tf.ceil(x)),
  one('clip', (tf, x) => tf.clipByValue(x, -0.5, 1)),
  one('clone', (tf, x) => tf.clone(x)),
  one('cos', (tf, x) => tf.cos(x)),
  one('cosh', (tf, x) => tf.cosh(x)),
  one('elu', (tf, x) => tf.elu(x)),
  one('erf', (tf, x) => tf.erf(x)),
  one('exp', (tf, x) => tf.exp(x)),
  one('expm1', (tf, x) => tf.expm1(x)),
  one('floor', (tf, x) => tf.floor(x)),
  one('is finite', (tf, x) => tf.isFinite(tf.div(x, tf.relu(x)))),
  one('is infinite', (tf, x) => tf.isInf(tf.div(x, tf.relu(x)))),
  one('is not a number', (tf, x) => tf.isNaN(tf.log(x))),
  one('leaky relu', (tf, x) => tf.leakyRelu(x, 0.1)),
  one('log', (tf, x) => tf.log(x), [0.1, 3]),
  one('log1p', (tf, x) => tf.log1p(x), [-0.5, 3]),
  one('log sigmoid', (tf, x) => tf.logSigmoid(x)),
  one('log softmax', (tf, x) => tf.logSoftmax(x)),
  one('logical not', (tf, x) => tf.logicalNot(tf.greater(x, 0))),
  one('neg', (tf, x) => tf.neg(x)),
  one('ones like', (tf, x) => tf.add(x, tf.onesLike(x))),
  one('reciprocal', (tf, x) => tf.reciprocal(x), [0.5, 2]),
  one('relu', (tf, x) => tf.relu(x)),
  one('relu6', (tf, x) => tf.relu6(x), [-8, 8]),
  one('round', (tf, x) => tf.round(x)),
  one('rsqrt', (tf, x) => tf.rsqrt(x), [0.1, 3]),
  one('selu', (tf, x) => tf.selu(x)),
  one('sigmoid', (tf, x) => tf.sigmoid(x)),
  one('sign', (tf, x) => tf.sign(x)),
  one('sin', (tf, x) => tf.sin(x)),
  one('sinh', (tf, x) => tf.sinh(x)),
  one('softmax', (tf, x) => tf.softmax(x)),
  one('softplus', (tf, x) => tf.softplus(x)),
  one('sqrt', (tf, x) => tf.sqrt(x), [0.1, 3]),
  one('square', (tf, x) => tf.square(x)),
  one('step', (tf, x) => tf.step(x, 0.25)),
  one('tan', (tf, x) => tf.tan(x), [-1, 1]),
  one('tanh', (tf, x) => tf.tanh(x)),
  one('zeros like', (tf, x) => tf.add(x, tf.zerosLike(x))),
  one('gelu', (tf, x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.div(x, Math.SQRT2))))),
];

const BINARY: Case[] = [
  ...two('add', (tf, a, b) => tf.add(a, b)),
  ...two('div', (tf, a, b) => tf.div(a, tf.add(tf.abs(b), 0.5))),
  ...two('equal', (tf, a, b) => tf.equal(int(tf, a), int(tf, b))),
  ...two('floor div', (tf, a, b) => tf.floorDiv(a, tf.add(tf.abs(b), 0.5))),
  ...two('greater', (tf, a, b) => tf.greater(a, b)),
  ...two('greater or equal', (tf, a, b) => tf.greaterEqual(int(tf, a), int(tf, b))),
  ...two('less', (tf, a, b) => tf.less(a, b)),
  ...two('less or equal', (tf, a, b) => tf.lessEqual(int(tf, a), int(tf, b))),
  ...two('logical and', (tf, a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0))),
  ...two('logical or', (tf, a, b) => tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0))),
  ...two('logical xor', (tf, a, b) => tf.logicalXor(tf.greater(a, 0), tf.greater(b, 0))),
  ...two('maximum', (tf, a, b) => tf.maximum(a, b)),
  ...two('minimum', (tf, a, b) => tf.minimum(a, b)),
  ...two('mod', (tf, a, b) => tf.mod(a, tf.add(tf.abs(b), 0.5))),
  ...two('mul', (tf, a, b) => tf.mul(a, b)),
  ...two('not equal', (tf, a, b) => tf.notEqual(int(tf, a), int(tf, b))),
  ...two('pow', (tf, a, b) => tf.pow(tf.add(tf.abs(a), 0.1), b)),
  ...two('squared difference', (tf, a, b) => tf.squaredDifference(a, b)),
  ...two('sub', (tf, a, b) => tf.sub(a, b)),
  ...two('where', (tf, a, b) => tf.where(tf.greater(tf.add(a, b), 0), tf.add(a, b), tf.mul(a, b))),
  {
    name: 'where of truths',
    shapes: [[6], [6]],
    fn: (tf, a, b) => tf.where(tf.greater(a, b), tf.greater(a, 0), tf.greater(b, 0)),
  },
  { name: 'compare truths', shapes: [[6], [6]], fn: (tf, a, b) => tf.equal(tf.greater(a, 0), tf.greater(b, 0)) },
  {
    name: 'int arithmetic',
    shapes: [[6], [6]],
    fn: (tf, a, b) =>
      tf.floorDiv(tf.mul(int(tf, a), tf.scalar(7, 'int32')), tf.add(tf.abs(int(tf, b)), tf.scalar(1, 'int32'))),
  },
  { name: 'prelu', shapes: [[2, 3], [3]], fn: (tf, x, alpha) => tf.prelu(x, alpha) },
  {
    name: 'add many',
    shapes: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    fn: (tf, ...all) => tf.addN(all),
  },
];

const REDUCE: Case[] = (
  [
    ['sum', (tf, x, axis, keep) => tf.sum(x, axis, keep)],
    ['mean', (tf, x, axis, keep) => tf.mean(x, axis, keep)],
    ['max', (tf, x, axis, keep) => tf.max(x, axis, keep)],
    ['min', (tf, x, axis, keep) => tf.min(x, axis, keep)],
    ['prod', (tf, x, axis, keep) => tf.prod(x, axis, keep)],
    ['log-sum-exp', (tf, x, axis, keep) => tf.logSumExp(x, axis, keep)],
    ['any', (tf, x, axis, keep) => tf.any(tf.greater(x, 1), axis, keep)],
    ['all', (tf, x, axis, keep) => tf.all(tf.greater(x, -1), axis, keep)],
  ] as [string, (tf: Tf, x: Tensor, axis?: number | number[], keep?: boolean) => Tensor][]
).flatMap(([name, fn]): Case[] => [
  { name: `${name} over all`, shapes: [[2, 3, 4]], fn: (tf, x) => fn(tf, x) },
  { name: `${name} over the last axis`, shapes: [[2, 3, 4]], fn: (tf, x) => fn(tf, x, -1) },
  { name: `${name} over two axes, kept`, shapes: [[2, 3, 4]], fn: (tf, x) => fn(tf, x, [0, 2], true) },
  {
    name: `${name} of a transposed tensor`,
    shapes: [[2, 3, 4]],
    fn: (tf, x) => fn(tf, tf.transpose(x, [2, 0, 1]), [0]),
  },
]);

const MOVE: Case[] = [
  { name: 'argmax', shapes: [[3, 5]], fn: (tf, x) => tf.argMax(x, 1) },
  { name: 'argmin of a transposed tensor', shapes: [[3, 5]], fn: (tf, x) => tf.argMin(tf.transpose(x), 0) },
  { name: 'broadcast', shapes: [[3, 1]], fn: (tf, x) => tf.broadcastTo(x, [2, 3, 4]) },
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    fn: (tf, a, b) => tf.concat([a, tf.ones([2, 2]), b], -1),
  },
  { name: 'cumulative sum', shapes: [[3, 5]], fn: (tf, x) => [tf.cumsum(x, 1), tf.cumsum(x, 0, true, true)] },
  { name: 'expand dims and squeeze', shapes: [[3, 1, 5]], fn: (tf, x) => tf.squeeze(tf.expandDims(x, 2), [1]) },
  { name: 'gather rows', shapes: [[5, 3]], fn: (tf, x) => tf.gather(x, tf.tensor1d([4, 0, 4], 'int32')) },
  {
    name: 'gather by computed index',
    shapes: [
      [3, 5],
      [5, 2],
    ],
    fn: (tf, x, table) => tf.gather(table, tf.argMax(x, 1) as Tensor1D),
  },
  {
    name: 'gather in batches',
    shapes: [
      [3, 5, 2],
      [3, 5],
    ],
    fn: (tf, table, x) => tf.gather(table, tf.reshape(tf.argMax(x, 1), [3, 1]) as Tensor2D, 1, 1),
  },
  {
    name: 'gather nd',
    shapes: [[3, 5]],
    fn: (tf, x) =>
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [0, 1],
            [2, 4],
          ],
          [2, 2],
          'int32',
        ),
      ),
  },
  {
    name: 'mirror pad',
    shapes: [[3, 5]],
    fn: (tf, x) =>
      tf.mirrorPad(
        x as Tensor2D,
        [
          [1, 2],
          [0, 3],
        ],
        'reflect',
      ),
  },
  { name: 'one-hot', shapes: [[4, 5]], fn: (tf, x) => tf.oneHot(tf.argMax(x, 1) as Tensor1D, 5, 2, -1) },
  {
    name: 'pad',
    shapes: [[3, 5]],
    fn: (tf, x) =>
      tf.pad(
        x,
        [
          [1, 2],
          [0, 3],
        ],
        0.5,
      ),
  },
  { name: 'reshape', shapes: [[3, 4]], fn: (tf, x) => tf.reshape(x, [2, 2, -1]) },
  { name: 'reshape of a transposed tensor', shapes: [[3, 4]], fn: (tf, x) => tf.reshape(tf.transpose(x), [2, 6]) },
  { name: 'reverse', shapes: [[3, 4]], fn: (tf, x) => [tf.reverse(x, 1), tf.reverse(tf.transpose(x), [0, 1])] },
  {
    name: 'slice',
    shapes: [[3, 4, 5]],
    fn: (tf, x) => [tf.slice(x, [1, 0, 2], [2, -1, 2]), tf.slice(tf.transpose(x, [2, 0, 1]), [1], [3])],
  },
  {
    name: 'split',
    shapes: [[6, 4]],
    fn: (tf, x) => [...tf.split(x, 3, 0), ...tf.split(tf.transpose(x), [1, 2, 3], 1)],
  },
  {
    name: 'stack and unstack',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    fn: (tf, a, b) => [tf.stack([a, b], 1), ...tf.unstack(a, 1)],
  },
  {
    name: 'strided slice',
    shapes: [[5, 7]],
    fn: (tf, x) => [
      tf.stridedSlice(x, [0, 1], [5, 6], [2, 3]),
      tf.stridedSlice(x, [1, -4], [2, 7], [1, 2], 0, 2, 0, 0, 1),
    ],
  },
  { name: 'tile', shapes: [[2, 3]], fn: (tf, x) => tf.tile(tf.transpose(x), [2, 3]) },
  {
    name: 'top k',
    shapes: [[3, 6]],
    fn: (tf, x) => {
      const { values, indices } = tf.topk(x, 2);
      return [values, indices];
    },
  },
  { name: 'transpose', shapes: [[2, 3, 4]], fn: (tf, x) => tf.transpose(tf.transpose(x, [1, 2, 0]), [0, 2, 1]) },
  {
    name: 'elementwise of differently laid tensors',
    shapes: [
      [2, 3, 4],
      [4, 3, 2],
    ],
    fn: (tf, a, b) => tf.mul(tf.transpose(a, [2, 1, 0]), b),
  },
  {
    name: 'a row added to a transposed tensor',
    shapes: [[2, 3, 4], [2]],
    fn: (tf, a, b) => tf.add(tf.transpose(a, [2, 1, 0]), b),
  },
  { name: 'an output that does not depend on the inputs', shapes: [[2]], fn: (tf) => tf.range(0, 5) },
  { name: 'an output that is an input', shapes: [[2]], fn: (_tf, x) => x },
];

const weights = (tf: Tf, shape: number[], seed: number): Tensor => tf.randomUniform(shape, -1, 1, 'float32', seed);
const LINEAR: Case[] = [
  {
    name: 'matmul',
    shapes: [
      [3, 4],
      [4, 5],
    ],
    fn: (tf, a, b) => tf.matMul(a, b),
  },
  {
    name: 'matmul transposed',
    shapes: [
      [4, 3],
      [5, 4],
    ],
    fn: (tf, a, b) => tf.matMul(a, b, true, true),
  },
  {
    name: 'matmul with transposed weights',
    shapes: [[3, 4]],
    fn: (tf, a) => tf.matMul(a, weights(tf, [5, 4], 1), false, true),
  },
  {
    name: 'matmul in batches',
    shapes: [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    fn: (tf, a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'matmul with broadcast batches',
    shapes: [
      [2, 3, 4],
      [1, 4, 5],
    ],
    fn: (tf, a, b) => tf.matMul(a, b),
  },
  {
    name: 'einsum',
    shapes: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    fn: (tf, a, b) => tf.einsum('bik,bjk->bij', a, b),
  },
  {
    name: 'fused matmul',
    shapes: [[3, 4]],
    fn: (tf, a) => tf.fused.matMul({ a, b: weights(tf, [4, 5], 1), bias: weights(tf, [5], 2), activation: 'relu' }),
  },
  ...(['same', 'valid'] as const).flatMap((pad): Case[] =>
    [1, 2, 3].flatMap((stride): Case[] => [
      {
        name: `conv ${pad} / ${stride}`,
        shapes: [[2, 9, 8, 3]],
        fn: (tf, x) => tf.conv2d(x as Tensor4D, weights(tf, [4, 3, 3, 5], 1) as Tensor4D, stride, pad),
      },
      {
        name: `depthwise conv ${pad} / ${stride}`,
        shapes: [[2, 9, 8, 3]],
        fn: (tf, x) => tf.depthwiseConv2d(x as Tensor4D, weights(tf, [3, 3, 3, 2], 1) as Tensor4D, stride, pad),
      },
      {
        name: `transposed conv ${pad} / ${stride}`,
        shapes: [[2, 5, 4, 3]],
        fn: (tf, x) => {
          const grown = pad === 'same' ? [5 * stride, 4 * stride] : [(5 - 1) * stride + 4, (4 - 1) * stride + 3];
          return tf.conv2dTranspose(
            x as Tensor4D,
            weights(tf, [4, 3, 6, 3], 1) as Tensor4D,
            [2, grown[0] as number, grown[1] as number, 6],
            stride,
            pad,
          );
        },
      },
      {
        name: `max pool ${pad} / ${stride}`,
        shapes: [[2, 9, 8, 3]],
        fn: (tf, x) => tf.maxPool(x as Tensor4D, [3, 2], stride, pad),
      },
      {
        name: `average pool ${pad} / ${stride}`,
        shapes: [[2, 9, 8, 3]],
        fn: (tf, x) => tf.avgPool(x as Tensor4D, [3, 2], stride, pad),
      },
    ]),
  ),
  {
    name: 'dilated conv',
    shapes: [[1, 9, 8, 3]],
    fn: (tf, x) => tf.conv2d(x as Tensor4D, weights(tf, [3, 3, 3, 5], 1) as Tensor4D, 1, 'same', 'NHWC', 2),
  },
  {
    name: 'conv with explicit padding',
    shapes: [[1, 9, 8, 3]],
    fn: (tf, x) =>
      tf.conv2d(x as Tensor4D, weights(tf, [3, 3, 3, 5], 1) as Tensor4D, 2, [
        [0, 0],
        [1, 0],
        [2, 1],
        [0, 0],
      ]),
  },
  {
    name: 'conv along time',
    shapes: [[2, 16, 3]],
    fn: (tf, x) => tf.conv1d(x as Tensor3D, weights(tf, [5, 3, 4], 1) as Tensor3D, 2, 'same'),
  },
  {
    name: 'fused conv',
    shapes: [[1, 9, 8, 3]],
    fn: (tf, x) =>
      tf.fused.conv2d({
        x: x as Tensor4D,
        filter: weights(tf, [3, 3, 3, 5], 1) as Tensor4D,
        strides: 1,
        pad: 'same',
        bias: weights(tf, [5], 2),
        activation: 'elu',
      }),
  },
  {
    name: 'batch norm',
    shapes: [[1, 4, 4, 3]],
    fn: (tf, x) =>
      tf.batchNorm(
        tf.conv2d(x as Tensor4D, weights(tf, [1, 1, 3, 3], 1) as Tensor4D, 1, 'same'),
        tf.tensor1d([0.1, 0.2, 0.3]),
        tf.tensor1d([1, 2, 3]),
        tf.tensor1d([0, 1, 0]),
        tf.tensor1d([1, 2, 1]),
      ),
  },
  ...(
    [
      [false, false],
      [true, false],
      [false, true],
    ] as const
  ).flatMap(([corners, centres]): Case[] => [
    {
      name: `bilinear resize, corners ${corners}, centres ${centres}`,
      shapes: [[1, 5, 6, 2]],
      fn: (tf, x) => [
        tf.image.resizeBilinear(x as Tensor4D, [9, 7], corners, centres),
        tf.image.resizeBilinear(x as Tensor4D, [3, 4], corners, centres),
      ],
    },
    {
      name: `nearest resize, corners ${corners}, centres ${centres}`,
      shapes: [[1, 5, 6, 2]],
      fn: (tf, x) => tf.image.resizeNearestNeighbor(x as Tensor4D, [10, 12], corners, centres),
    },
  ]),
];

const groups = { UNARY, BINARY, REDUCE, MOVE, LINEAR };
describe.each(Object.entries(groups))('%s operations', (_, cases) => {
  it.each(cases.map((each) => [each.name, each] as const))('%s is the same in onnxruntime', async (_name, each) => {
    const engine = await openEngine();
    const [low, high] = each.range ?? [-2, 2];
    await sameInBoth(engine, each.shapes, each.fn, { low, high, limit: 1e-5 });
  });
});
