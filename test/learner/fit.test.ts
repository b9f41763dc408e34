import type { Scalar } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { Adam } from '../../src-main/learner/adam';
import { type Engine, openEngine } from '../../src-main/learner/engine';
import { evaluate, fit as fitNetwork, TOLERANCE } from '../../src-main/learner/fit';
import { inMemory } from '../../src-main/learner/pictures';
import { METHODS } from '../../src-main/learner/policies';
import { buildSamples } from '../../src-main/learner/samples';
import { learningRate } from '../../src-main/learner/schedule';
import { fakeDataset, row } from './fake-dataset';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
});

const random = new Random(5);
/** Two joints that should go where the thing is: a smooth, nonlinear function of what is seen. */
const reaching = fakeDataset(
  Array.from({ length: 80 }, () => {
    const thing = [random.between(-1, 1), random.between(-1, 1)] as const;
    const joints = [random.between(-1, 1), random.between(-1, 1)];
    return {
      rows: Array.from({ length: 10 }, () => {
        const state = [...joints];
        const step = [Math.sin(2 * thing[0]) - state[0]!, thing[0] * thing[1] - state[1]!].map((d) => 0.1 * d);
        joints[0]! += step[0]!;
        joints[1]! += step[1]!;
        return row(state, [...joints], thing);
      }),
    };
  }),
);

/** The samples of `reaching` with actions for `chunk` rows ahead, and a network of that shape. */
async function learning(chunk: number) {
  const samples = await buildSamples(
    reaching,
    { chunk, environment: true, hints: false, cameras: [], seed: 1, heldOut: 0.2, skipFailures: true },
    inMemory(async () => undefined),
  );
  return { samples, network: METHODS.mlp.network({ features: 4, outputs: 2 * chunk, hints: 0, cameras: [] }) };
}

const fitOptions = (seconds: number) => ({
  seconds,
  batch: 64,
  learningRate: 1e-3,
  jointNoise: 0,
  environmentNoise: 0,
  shift: 0,
});

/** The last loss that is not far above the lowest up to then. */
const newestGood = (losses: readonly number[]) =>
  losses.filter((loss, i) => loss <= Math.min(...losses.slice(0, i + 1)) * TOLERANCE).at(-1);

describe('training the state policy', () => {
  it('learns a small nonlinear rule on episodes it never saw, and leaves no tensor behind', async () => {
    const { samples, network } = await learning(4);
    const before = engine.tf.memory().numTensors;
    const losses: number[] = [];
    const result = await fitNetwork(engine, network, samples, fitOptions(8), new Random(1), {
      onReport: (report) => void losses.push(report.heldOutLoss),
    });
    expect(engine.tf.memory().numTensors).toBe(before);
    expect(result.steps).toBeGreaterThan(50);
    // Predicting the mean gives about 0.8 in these units.
    expect(result.best.heldOutLoss).toBeLessThan(0.25);
    expect(result.best.heldOutLoss).toBe(newestGood(losses));
    const weights = engine.tf.tensor1d(result.best.weights);
    expect(evaluate(engine.tf, network, samples, samples.heldOut, weights, 64)).toBeCloseTo(result.best.heldOutLoss, 4);
    weights.dispose();
  });

  it('keeps the newest good weights when it is cancelled', async () => {
    const { samples, network } = await learning(2);
    const abort = new AbortController();
    const losses: number[] = [];
    const result = await fitNetwork(engine, network, samples, fitOptions(3600), new Random(1), {
      signal: abort.signal,
      onReport: (report, best) => {
        losses.push(report.heldOutLoss);
        expect(best.heldOutLoss).toBe(newestGood(losses));
        if (losses.length === 2) abort.abort();
      },
    });
    expect(result.cancelled).toBe(true);
    expect(result.best.heldOutLoss).toBe(newestGood(losses));
    expect(result.best.weights.every(Number.isFinite)).toBe(true);
  });
});

describe('the optimiser', () => {
  it('finds the minimum of a parabola and holds a constant number of tensors over 1,000 steps', () => {
    const { tf } = engine;
    const adam = new Adam(tf, Float32Array.from([3, -2, 0.5]), 0);
    const goal = tf.tensor1d([1, 1, 1]);
    const before = tf.memory().numTensors;
    let loss = Number.NaN;
    for (let i = 0; i < 1000; i++) {
      const value = adam.step((w) => tf.sum(tf.square(tf.sub(w, goal))) as Scalar, learningRate(0.05, i / 1000));
      if (i === 999) loss = value.dataSync()[0] as number;
      value.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    expect(loss).toBeLessThan(1e-4);
    for (const value of adam.average.dataSync()) expect(value).toBeCloseTo(1, 1);
    adam.dispose();
    goal.dispose();
  });

  it('warms up, peaks and comes to rest when the time is over', () => {
    expect(learningRate(1, 0)).toBeLessThan(0.05);
    expect(learningRate(1, 0.03)).toBeCloseTo(1, 2);
    expect(learningRate(1, 1)).toBeCloseTo(0, 5);
    expect(learningRate(1, 2)).toBeCloseTo(0, 5);
  });
});
