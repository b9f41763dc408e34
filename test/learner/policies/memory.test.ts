import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyKind } from '../../../src-main/core/learning';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { METHODS } from '../../../src-main/learner/policies';
import { looks } from '../../../src-main/learner/policies/rnn';
import { errorOf, learn, type Problem, shapeOf } from '../../support/learn';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
}, 60_000);

const HISTORY = 31;

/** A cue of ±1 shows in the oldest rows of the window and is gone in the newest; the action is the cue. */
const recall: Problem = {
  shape: shapeOf({ history: HISTORY, features: 2, chunk: 2, actions: 1 }),
  sample: (random) => {
    const cue = random.next() < 0.5 ? 1 : -1;
    const rows = Array.from({ length: HISTORY }, (_, h) => [h < 7 ? cue : 0, 0.3 * random.normal()]);
    return { features: rows.flat(), actions: [cue, cue] };
  },
};
/** The same for who sees the present only. */
const present: Problem = {
  shape: { ...recall.shape, history: 1 },
  sample: (random) => {
    const { features, actions } = recall.sample(random);
    return { features: features.slice(-2), actions };
  },
};

async function errorAfter(kind: PolicyKind, problem: Problem, config: Record<string, unknown>) {
  const network = METHODS[kind].network(problem.shape, config);
  const { weights } = await learn(engine, network, problem, { steps: 120, batch: 32, rate: 5e-3 });
  return errorOf(engine, network, problem, weights);
}

describe('a cue that is gone by now', () => {
  it.each(['lstm', 'gru'] as const)('%s acts on it', async (kind) => {
    expect(await errorAfter(kind, recall, { hidden: 24, stride: 5, head: [32] })).toBeLessThan(0.1);
  });

  it('a policy that sees the present only can but guess', async () => {
    expect(await errorAfter('mlp', present, { hidden: [32, 32] })).toBeGreaterThan(0.8);
  });
});

describe('the window', () => {
  it('is looked at every so many rows, back from the newest', () => {
    expect(looks(31, 5)).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(looks(30, 8)).toEqual([5, 13, 21, 29]);
    expect(looks(1, 6)).toEqual([0]);
  });
});
