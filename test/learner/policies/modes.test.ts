import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyKind } from '../../../src-main/core/learning';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { METHODS } from '../../../src-main/learner/policies';
import { acts, learn, type Problem, shapeOf } from '../../support/learn';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
}, 60_000);

/** Demonstrators go around something, half of them left and half right, whatever is seen: ±(1, 1, 1, 1), never between. */
const around: Problem = {
  shape: shapeOf({ features: 2, chunk: 4, actions: 1 }),
  sample: (random) => {
    const side = random.next() < 0.5 ? 1 : -1;
    return {
      features: [random.normal(), random.normal()],
      actions: [0, 1, 2, 3].map(() => side + 0.05 * random.normal()),
    };
  },
};
const SEEN = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);

async function chunksOf(kind: PolicyKind, config: Record<string, unknown>, steps: number) {
  const network = METHODS[kind].network(around.shape, config);
  const { weights } = await learn(engine, network, around, { steps, rate: 3e-3 });
  return acts(engine, network, around.shape, weights, SEEN);
}

/** All four actions on one side and about as far as demonstrated. */
const commits = (chunk: readonly number[]): boolean =>
  chunk.every((a) => Math.abs(a * Math.sign(chunk[0] ?? 0) - 1) < 0.3);

describe('where half the demonstrations go left and half right', () => {
  it('a plain network goes between, which nobody ever did', async () => {
    const chunks = await chunksOf('mlp', { hidden: [64, 64] }, 150);
    expect(chunks.filter(commits).length).toBeLessThan(SEEN.length / 4);
  });

  it.each([
    ['gmm', { hidden: [64, 64] }, 300],
    ['act', { width: 32, latent: 4 }, 300],
    ['diffusion', { width: 64, depth: 2, steps: 20, actSteps: 8 }, 500],
  ] as const)('%s takes one side with the whole chunk', async (kind, config, steps) => {
    const chunks = await chunksOf(kind, config, steps);
    expect(chunks.filter(commits).length).toBeGreaterThanOrEqual(SEEN.length * 0.9);
  });

  it('diffusion and ACT find both sides, by what is drawn', async () => {
    for (const [kind, config] of [
      ['act', { width: 32, latent: 4 }],
      ['diffusion', { width: 64, depth: 2, steps: 20, actSteps: 8 }],
    ] as const) {
      const sides = (await chunksOf(kind, config, 250)).map((chunk) => Math.sign(chunk[0] ?? 0));
      expect(sides.filter((side) => side > 0).length).toBeGreaterThan(4);
      expect(sides.filter((side) => side < 0).length).toBeGreaterThan(4);
    }
  });
});
