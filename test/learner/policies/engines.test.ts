import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { POLICY_KINDS } from '../../../src-main/core/learning';
import { Random } from '../../../src-main/core/random';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { initialParameters, unpack } from '../../../src-main/learner/parameters';
import { METHODS } from '../../../src-main/learner/policies';
import type { Network } from '../../../src-main/learner/policies/method';
import { batchOf, drawsOf, type Problem, shapeOf } from '../../support/learn';

const EYE = { name: 'front', width: 24, height: 24 };
const SMALL: Readonly<Record<string, Record<string, unknown>>> = {
  lstm: { hidden: 16, stride: 2, head: [16] },
  gru: { hidden: 16, stride: 2, head: [16] },
  act: { width: 16, latent: 4 },
  diffusion: { width: 32, depth: 1, denoiser: 'transformer' },
};

const problemOf = (cameras: boolean): Problem => ({
  shape: shapeOf({
    history: 5,
    features: 3,
    chunk: 4,
    actions: 2,
    hints: cameras ? 2 : 0,
    cameras: cameras ? [EYE] : [],
    memory: 6,
  }),
  sample: (random) => ({
    features: Array.from({ length: 15 }, () => random.normal()),
    actions: Array.from({ length: 8 }, () => random.normal()),
    hints: [random.normal(), random.normal()],
    images: [Float32Array.from({ length: 24 * 24 * 3 }, () => random.next() - 0.5)],
  }),
});

/** Loss, some of its gradient and the actions at the random start. */
function numbersOf({ tf }: Engine, network: Network, problem: Problem): number[] {
  const random = new Random(8);
  return tf.tidy(() => {
    const { input, targets } = batchOf(tf, problem, 3, random);
    const draws = drawsOf(tf, network.lossDraws, 3, random);
    const start = initialParameters(network.parameters, random);
    // A stored moment is never all zeros.
    for (const [i, value] of start.entries()) start[i] = value === 0 ? Math.sin(i) / 4 : value;
    const weights = tf.tensor1d(start);
    const lossOf = (flat: Tensor) =>
      network.loss(tf, unpack(tf, flat as Tensor1D, network.parameters), input, targets, draws);
    const { value, grad } = tf.valueAndGrad(lossOf)(weights);
    const acted = network.act(
      tf,
      unpack(tf, weights, network.parameters),
      input,
      drawsOf(tf, network.actDraws, 3, random),
    );
    const gradient = grad.dataSync();
    const some = Array.from({ length: 60 }, (_, i) => gradient[Math.floor((i * gradient.length) / 60)] as number);
    return [value.dataSync()[0] as number, ...some, ...acted.dataSync()];
  });
}

// Nearest neighbours learn nothing: no gradient to compare, their actions are tested elsewhere.
const LEARNING = POLICY_KINDS.filter((kind) => kind !== 'knn');

describe('the WebAssembly engine', () => {
  it('gives every policy the loss, the gradient and the actions that the native one gives', async () => {
    const runs: { name: string; network: Network; problem: Problem }[] = LEARNING.flatMap((kind) =>
      (METHODS[kind].pictures ? [true, false] : [false]).flatMap((cameras) => {
        if (!cameras && METHODS[kind].needsCamera) return [];
        const problem = problemOf(cameras);
        const network = METHODS[kind].network(problem.shape, SMALL[kind] ?? {});
        return [{ name: `${kind}${cameras ? ' with a camera' : ''}`, network, problem }];
      }),
    );
    const reference = await openEngine('auto');
    const wanted = runs.map(({ network, problem }) => numbersOf(reference, network, problem));
    const wasm = await openEngine('wasm');
    const before = wasm.tf.memory().numTensors;
    for (const [i, { name, network, problem }] of runs.entries()) {
      const got = numbersOf(wasm, network, problem);
      for (const [k, value] of got.entries()) {
        const want = wanted[i]?.[k] as number;
        expect(Math.abs(value - want), `${name}, number ${k}: ${value} instead of ${want}`).toBeLessThan(
          1e-4 + 2e-3 * Math.abs(want),
        );
      }
    }
    expect(wasm.tf.memory().numTensors).toBe(before);
  });
});
