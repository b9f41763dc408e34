import { beforeAll, describe, expect, it } from 'vitest';
import { POLICY_KINDS, type PolicyKind } from '../../../src-main/core/learning';
import { Random } from '../../../src-main/core/random';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { initialParameters } from '../../../src-main/learner/parameters';
import { METHODS } from '../../../src-main/learner/policies';
import { acts, batchOf, deadParameters, type Problem, shapeOf } from '../../support/learn';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
}, 60_000);

/** Sizes that keep a test short; everything else as it is by default. */
const SMALL: Partial<Record<PolicyKind, Record<string, unknown>>> = {
  lstm: { hidden: 24, stride: 2, head: [32] },
  gru: { hidden: 24, stride: 2, head: [32] },
  gmm: { hidden: [64, 64] },
  act: { width: 32, latent: 4 },
  diffusion: { width: 64, depth: 2, steps: 20, actSteps: 4 },
};
const LEARNING = POLICY_KINDS.filter((kind) => kind !== 'knn');

/** One eye of 24 × 24 pixels, enough for the encoder's strides and ACT's patches. */
const EYE = { name: 'front', width: 24, height: 24 };

function problemFor(kind: PolicyKind, cameras = METHODS[kind].needsCamera): Problem {
  const history = kind === 'lstm' || kind === 'gru' ? 5 : 1;
  const shape = shapeOf({
    history,
    features: 3,
    chunk: 4,
    actions: 2,
    cameras: cameras ? [EYE, { ...EYE, name: 'wrist' }] : [],
    hints: cameras ? 2 : 0,
  });
  return {
    shape,
    sample: (random) => {
      const features = Array.from({ length: history * 3 }, () => random.normal());
      const [a = 0, b = 0, c = 0] = features.slice(-3);
      const step = [Math.sin(a) + 0.5 * b, 0.5 * b * c];
      return {
        features,
        actions: Array.from({ length: 8 }, (_, i) => (step[i % 2] as number) * (1 + Math.floor(i / 2) / 4)),
        hints: [a, b],
        images: [0, 1].map(() => Float32Array.from({ length: 24 * 24 * 3 }, () => random.next() - 0.5)),
      };
    },
  };
}

const networkFor = (kind: PolicyKind, problem: Problem) => METHODS[kind].network(problem.shape, SMALL[kind] ?? {});

describe.each(LEARNING)('%s', (kind) => {
  it('has no weights that nothing depends on, from state and from pictures', () => {
    for (const cameras of METHODS[kind].pictures ? [true, false] : [false]) {
      if (!cameras && METHODS[kind].needsCamera) continue;
      const problem = problemFor(kind, cameras);
      expect(deadParameters(engine, networkFor(kind, problem), problem)).toEqual([]);
    }
  });

  it('acts on one observation as on seven at once, whatever comes with it', () => {
    const problem = problemFor(kind);
    const network = networkFor(kind, problem);
    const random = new Random(4);
    const weights = initialParameters(network.parameters, random);
    const { tf } = engine;
    tf.tidy(() => {
      const { input } = batchOf(tf, problem, 7, random);
      const rows = (tf.reshape(input.features, [7, -1]).arraySync() as number[][]).map((row) => [...row]);
      const [first, ...images] = [rows[0] as number[], ...input.images];
      const seven = acts(engine, network, problem.shape, weights, rows, { images });
      const one = acts(engine, network, problem.shape, weights, [first], {
        images: images.map((image) => tf.slice(image, [0, 0, 0, 0], [1, -1, -1, -1])),
      });
      expect(seven).toHaveLength(7);
      for (const [i, value] of (one[0] as number[]).entries()) expect(value).toBeCloseTo(seven[0]?.[i] as number, 4);
    });
  });

  it('refuses settings of its own that make no sense', () => {
    const problem = problemFor(kind);
    expect(() => METHODS[kind].network(problem.shape, { hidden: -1, size: 'huge', width: 'wide' })).toThrow();
  });
});

describe('draws', () => {
  it('are all a network with chance depends on: the same draws, the same actions; others, other actions', () => {
    for (const kind of ['act', 'diffusion'] as const) {
      const problem = problemFor(kind);
      const network = networkFor(kind, problem);
      const weights = initialParameters(network.parameters, new Random(1));
      const at = (seed: number) => acts(engine, network, problem.shape, weights, [[0.1, -0.2, 0.3]], { seed })[0];
      expect(at(1)).toEqual(at(1));
      expect(at(1)).not.toEqual(at(2));
    }
  });
});
