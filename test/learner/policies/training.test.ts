import { beforeAll, describe, expect, it } from 'vitest';
import { POLICY_KINDS, type PolicyKind } from '../../../src-main/core/learning';
import { Random } from '../../../src-main/core/random';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { initialParameters } from '../../../src-main/learner/parameters';
import { METHODS } from '../../../src-main/learner/policies';
import { acts, errorOf, learn, type Problem, shapeOf } from '../../support/learn';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
}, 60_000);

const SMALL: Partial<Record<PolicyKind, Record<string, unknown>>> = {
  mlp: { hidden: [64, 64] },
  lstm: { hidden: 24, stride: 2, head: [32] },
  gru: { hidden: 24, stride: 2, head: [32] },
  gmm: { hidden: [64, 64], modes: 2 },
  act: { width: 32, latent: 4 },
  diffusion: { width: 64, depth: 2, steps: 20, actSteps: 4 },
};
const LEARNING = POLICY_KINDS.filter((kind) => kind !== 'knn' && kind !== 'cnn');

/** A smooth rule of the newest observation. */
const smooth = (history: number): Problem => ({
  shape: shapeOf({ history, features: 3, chunk: 4, actions: 2 }),
  sample: (random) => {
    const features = Array.from({ length: history * 3 }, () => random.normal());
    const [a = 0, b = 0, c = 0] = features.slice(-3);
    const step = [Math.sin(a) + 0.5 * b, 0.5 * b * c];
    return {
      features,
      actions: Array.from({ length: 8 }, (_, i) => (step[i % 2] as number) * (1 + Math.floor(i / 2) / 4)),
    };
  },
});

/** Two tasks told apart by their one-hot label alone, with opposite actions. */
const labelled: Problem = {
  shape: shapeOf({ features: 3, chunk: 2, actions: 1 }),
  sample: (random) => {
    const x = random.normal();
    const first = random.next() < 0.5;
    return { features: [x, Number(first), Number(!first)], actions: [first ? 1 : -1, first ? 1 : -1] };
  },
};

describe.each(LEARNING)('training %s', (kind) => {
  const history = kind === 'lstm' || kind === 'gru' ? 5 : 1;

  it('learns a smooth rule to a fraction of what guessing costs, and leaves no tensor behind', async () => {
    const problem = smooth(history);
    const network = METHODS[kind].network(problem.shape, SMALL[kind] ?? {});
    const before = engine.tf.memory().numTensors;
    const { weights, losses } = await learn(engine, network, problem, { steps: 150, batch: 64, rate: 4e-3 });
    expect(engine.tf.memory().numTensors).toBe(before);
    expect(losses.every(Number.isFinite)).toBe(true);
    const untrained = initialParameters(network.parameters, new Random(1));
    const [start, end] = [untrained, weights].map((w) => errorOf(engine, network, problem, w));
    expect(end).toBeGreaterThanOrEqual(0);
    expect(end as number).toBeLessThan(0.4 * (start as number));
  });

  it('does what the label of the task says', async () => {
    const network = METHODS[kind].network(labelled.shape, SMALL[kind] ?? {});
    const { weights } = await learn(engine, network, labelled, { steps: 80, batch: 32, rate: 5e-3 });
    const rows = [-1, 0, 1].flatMap((x) => [
      [x, 1, 0],
      [x, 0, 1],
    ]);
    const chosen = acts(engine, network, labelled.shape, weights, rows).map((chunk) => Math.round(chunk[0] ?? 0));
    expect(chosen).toEqual([1, -1, 1, -1, 1, -1]);
  });
});
