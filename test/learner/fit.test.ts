import type { Scalar, Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { type Engine, openEngine } from '../../src-main/learner/engine';
import { evaluate } from '../../src-main/learner/evaluate';
import { type FitState, fit as fitNetwork, TOLERANCE } from '../../src-main/learner/fit';
import { inMemory } from '../../src-main/learner/pictures';
import { METHODS } from '../../src-main/learner/policies';
import { buildSamples } from '../../src-main/learner/samples';
import { learningRate } from '../../src-main/learner/schedule';
import { freshState, stateVectors, stepNumbers, trainStep } from '../../src-main/learner/step';
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
    {
      chunk,
      history: 1,
      actions: 'delta',
      environment: true,
      hints: false,
      cameras: [],
      seed: 1,
      heldOut: 0.2,
      skipFailures: true,
    },
    inMemory(async () => undefined),
  );
  const network = METHODS.mlp.network(
    { history: 1, features: 4, chunk, actions: 2, hints: 0, cameras: [], memory: 0 },
    {},
  );
  return { samples, network };
}

const fitOptions = (seconds: number) => ({
  ...METHODS.mlp.settings,
  seconds,
  batch: 64,
  jointNoise: 0,
  environmentNoise: 0,
  compile: true,
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
    const { weights, heldOutLoss } = result.best;
    expect(evaluate(engine.tf, network, samples, samples.heldOut, weights, 64)).toBeCloseTo(heldOutLoss, 4);
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

describe('a training that was interrupted', () => {
  const steps = { ...fitOptions(3600), compile: false, steps: 60 };

  it('ends with the weights it would have had, for the same seed', async () => {
    const { samples, network } = await learning(2);
    const saved: FitState[] = [];
    let now = 0;
    await fitNetwork(engine, network, samples, steps, new Random(3), {
      // A clock that runs so fast that there are reports on the way.
      now: () => now++,
      onReport: async (report, _best, state) => {
        if (report.step < 60 && saved.length === 0) saved.push(await state());
      },
    });
    const whole = await fitNetwork(engine, network, samples, steps, new Random(3));
    expect(saved).toHaveLength(1);
    const resume = saved[0] as FitState;
    const rest = await fitNetwork(engine, network, samples, steps, new Random(3), {}, { resume });
    expect(rest.steps).toBe(60);
    expect(rest.best.weights).toEqual(whole.best.weights);
  });

  it('rests while it is paused, and the rest does not count', async () => {
    const { samples, network } = await learning(2);
    let rested = false;
    const result = await fitNetwork(engine, network, samples, fitOptions(1), new Random(3), {
      paused: () => {
        if (rested) return null;
        rested = true;
        return new Promise((resolve) => setTimeout(resolve, 1500));
      },
    });
    expect(rested).toBe(true);
    expect(result.steps).toBeGreaterThan(5);
    expect(result.seconds).toBeLessThan(1.5);
  });
});

describe('the optimiser', () => {
  it('finds the minimum of a parabola', () => {
    const { tf } = engine;
    const network = {
      parameters: [{ shape: [3], std: 0 }],
      lossDraws: [],
      actDraws: [],
      loss: (_: unknown, [w]: readonly Tensor[]): Scalar => tf.sum(tf.square(tf.sub(w as Tensor, [1, 1, 1]))),
      act: (_: unknown, [w]: readonly Tensor[]): Tensor3D => tf.reshape(w as Tensor, [1, 1, 3]),
    };
    const step = trainStep(tf, network, 0, false);
    let state: Tensor[] = stateVectors(freshState(Float32Array.from([3, -2, 0.5]))).map((v) => tf.tensor1d(v));
    let loss = Number.NaN;
    for (let n = 1; n <= 1000; n++) {
      const next = tf.tidy(() => {
        const numbers = tf.tensor1d(stepNumbers(n, learningRate(0.05, n / 1000), 0, 500));
        return step(state, [tf.zeros([1, 1, 1]), tf.zeros([1, 1, 3]), numbers]);
      });
      tf.dispose(state);
      state = next.state;
      loss = next.loss.dataSync()[0] as number;
      next.loss.dispose();
    }
    expect(loss).toBeLessThan(1e-4);
    for (const value of (state[1] as Tensor).dataSync()) expect(value).toBeCloseTo(1, 1);
    tf.dispose(state);
  });

  it('warms up, peaks and comes to rest when the time is over', () => {
    expect(learningRate(1, 0)).toBeLessThan(0.05);
    expect(learningRate(1, 0.03)).toBeCloseTo(1, 2);
    expect(learningRate(1, 1)).toBeCloseTo(0, 5);
    expect(learningRate(1, 2)).toBeCloseTo(0, 5);
  });
});
