import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyKind } from '../../src-main/core/learning';
import { Random } from '../../src-main/core/random';
import { type Engine, openEngine } from '../../src-main/learner/engine';
import { checkStep } from '../../src-main/learner/graph/check';
import { compileStep, type InputSpec } from '../../src-main/learner/graph/compile';
import { initialParameters } from '../../src-main/learner/parameters';
import { METHODS } from '../../src-main/learner/policies';
import { freshState, stateVectors, stepNumbers, trainStep } from '../../src-main/learner/step';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
});

const SMALL: Partial<Record<PolicyKind, Record<string, unknown>>> = {
  lstm: { hidden: 16, head: [16] },
  gru: { hidden: 16, head: [16] },
  gmm: { hidden: [32, 32] },
  act: { width: 32, latent: 4 },
  diffusion: { width: 32, depth: 2, steps: 20, actSteps: 4 },
};
const BATCH = 4;
const EYE = { name: 'front', width: 24, height: 24 };

/** The others see with the same eyes. */
const SEEING: readonly PolicyKind[] = ['cnn', 'diffusion'];
const CASES = (['mlp', 'cnn', 'lstm', 'gru', 'gmm', 'act', 'diffusion'] as const).flatMap((kind) =>
  [false, true]
    .filter((cameras) => (cameras ? SEEING.includes(kind) : !METHODS[kind].needsCamera))
    .map((cameras) => ({ kind, from: cameras ? 'pictures' : 'state', cameras })),
);

describe('every method, compiled', () => {
  it.each(CASES)('takes the same training steps as eagerly: $kind from $from', async ({ kind, cameras }) => {
    if (engine.info.kind !== 'native') return;
    const shape = {
      history: kind === 'lstm' || kind === 'gru' ? 3 : 1,
      features: 3,
      chunk: 4,
      actions: 2,
      hints: cameras ? 2 : 0,
      cameras: cameras ? [EYE, { ...EYE, name: 'wrist' }] : [],
      memory: 0,
    };
    const network = METHODS[kind].network(shape, SMALL[kind] ?? {});
    const random = new Random(2);
    const start = stateVectors(freshState(initialParameters(network.parameters, random)));
    const state = start.map((value) => ({ shape: [value.length], value }));
    const inputs: InputSpec[] = [
      [BATCH, shape.history, shape.features],
      ...shape.cameras.map(({ height, width }) => [BATCH, height, width, 3]),
      [BATCH, shape.chunk, shape.actions],
      ...(shape.hints > 0 ? [[BATCH, shape.hints]] : []),
      ...network.lossDraws.map((draw) => [BATCH, ...draw.shape]),
      [4],
    ].map((size) => ({ shape: size, dtype: 'float32' }));
    const uniform = network.lossDraws.map((draw) => draw.kind === 'uniform');
    const batches = [1, 2].map((n) =>
      inputs.map(({ shape: size }, i) => {
        const draw = i - (inputs.length - 1 - uniform.length);
        if (i === inputs.length - 1) return stepNumbers(n, 1e-3, 1e-4, 100);
        const one = () => (uniform[draw] ? random.next() : random.normal());
        return Float32Array.from({ length: size.reduce((a, b) => a * b, 1) }, one);
      }),
    );
    const before = engine.tf.memory().numTensors;
    const step = trainStep(engine.tf, network, shape.cameras.length, shape.hints > 0);
    const compiled = await compileStep(engine, step, state, inputs);
    await checkStep(engine, step, compiled, state, inputs, batches);
    // Back at the start, and able to go on from there.
    const [weights] = await compiled.readState();
    expect(weights).toEqual(start[0]);
    compiled.dispose();
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});
