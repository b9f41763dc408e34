import { describe, expect, it } from 'vitest';
import type { PolicyKind } from '../../src-main/core/learning';
import { Random } from '../../src-main/core/random';
import { openEngine } from '../../src-main/learner/engine';
import { initialParameters } from '../../src-main/learner/parameters';
import { METHODS } from '../../src-main/learner/policies';
import { freshState, stateVectors, stepNumbers, trainStep } from '../../src-main/learner/step';

const SMALL: Partial<Record<PolicyKind, Record<string, unknown>>> = {
  lstm: { hidden: 16, head: [16] },
  gru: { hidden: 16, head: [16] },
  gmm: { hidden: [32, 32] },
  act: { width: 32, latent: 4 },
  diffusion: { width: 32, depth: 2, steps: 20, actSteps: 4 },
};
const EYE = { name: 'front', width: 24, height: 24 };
const KINDS = ['mlp', 'cnn', 'lstm', 'gru', 'gmm', 'act', 'diffusion'] as const;

/** Loss and first moments (a tenth of the gradient) of one training step on made-up data. */
async function firstStep(kind: (typeof KINDS)[number], on: 'native' | 'wasm') {
  const { tf } = await openEngine(on);
  const sees = METHODS[kind].needsCamera || kind === 'act';
  const shape = {
    history: kind === 'lstm' || kind === 'gru' ? 3 : 1,
    features: 3,
    chunk: 4,
    actions: 2,
    hints: sees ? 2 : 0,
    cameras: sees ? [EYE] : [],
    memory: 0,
  };
  const network = METHODS[kind].network(shape, SMALL[kind] ?? {});
  const random = new Random(2);
  const state = stateVectors(freshState(initialParameters(network.parameters, random)));
  const numbers = (size: readonly number[], next: () => number) =>
    tf.tensor(Float32Array.from({ length: size.reduce((a, b) => a * b, 1) }, next), [...size]);
  const normal = () => random.normal();
  tf.engine().startScope();
  const inputs = [
    numbers([4, shape.history, 3], normal),
    ...shape.cameras.map(({ height, width }) => numbers([4, height, width, 3], normal)),
    numbers([4, 4, 2], normal),
    ...(shape.hints > 0 ? [numbers([4, 2], normal)] : []),
    ...network.lossDraws.map((d) => numbers([4, ...d.shape], d.kind === 'uniform' ? () => random.next() : normal)),
    tf.tensor1d(stepNumbers(1, 1e-3, 1e-4, 100)),
  ];
  const step = trainStep(tf, network, shape.cameras.length, shape.hints > 0);
  const { state: next, loss } = step(
    state.map((values) => tf.tensor1d(values)),
    inputs,
  );
  const result = { loss: loss.dataSync()[0] as number, moments: Float32Array.from(next[2]?.dataSync() ?? []) };
  tf.engine().endScope();
  return result;
}

const length = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe('both engines', () => {
  it.each(KINDS)('agree on loss and gradients: %s', async (kind) => {
    if ((await openEngine('auto')).info.kind !== 'native') return;
    const native = await firstStep(kind, 'native');
    const wasm = await firstStep(kind, 'wasm');
    expect(Math.abs(native.loss - wasm.loss)).toBeLessThan(1e-4 * Math.abs(native.loss));
    const apart = length(native.moments.map((value, i) => value - (wasm.moments[i] as number)));
    expect(length(native.moments)).toBeGreaterThan(0);
    expect(apart / length(native.moments)).toBeLessThan(1e-4);
  });
});
