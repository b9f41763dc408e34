import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyKind } from '../../../src-main/core/learning';
import { Random } from '../../../src-main/core/random';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { METHODS } from '../../../src-main/learner/policies';
import { acts, learn, type Problem, shapeOf } from '../../support/learn';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
}, 60_000);

const SIDE = 24;

/** A bright blob on a dark, noisy ground; x and y in −1..1 of the picture. */
function blob(x: number, y: number, random: Random): Float32Array {
  const [cx, cy] = [x, y].map((at) => ((at + 1) / 2) * (SIDE - 1)) as [number, number];
  return Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const away = ((pixel % SIDE) - cx) ** 2 + (Math.floor(pixel / SIDE) - cy) ** 2;
    return Math.min(0.5, -0.45 + 0.1 * random.next() + 0.9 * Math.exp(-away / 6));
  });
}

/** Point at the blob: the joints say nothing, the picture says all; in a simulator the task state says it, too. */
const pointing: Problem = {
  shape: shapeOf({
    features: 2,
    chunk: 2,
    actions: 2,
    hints: 2,
    cameras: [{ name: 'front', width: SIDE, height: SIDE }],
  }),
  sample: (random) => {
    const at = [random.between(-0.8, 0.8), random.between(-0.8, 0.8)] as const;
    return {
      features: [random.normal(), random.normal()],
      actions: [2 * at[0], 2 * at[1], 2 * at[0], 2 * at[1]],
      hints: [2 * at[0], 2 * at[1]],
      images: [blob(at[0], at[1], random)],
    };
  },
};

const SMALL: Partial<Record<PolicyKind, Record<string, unknown>>> = {
  lstm: { hidden: 16, head: [64] },
  gmm: { hidden: [64], modes: 2 },
  act: { width: 32, latent: 2 },
  diffusion: { width: 64, depth: 1, steps: 20, actSteps: 5 },
};

// The CNN has a test of its own, and the GRU looks as the LSTM does.
describe.each(['lstm', 'gmm', 'act', 'diffusion'] as const)('%s with a camera', (kind) => {
  it('points at what it sees', async () => {
    const network = METHODS[kind].network(pointing.shape, SMALL[kind] ?? {});
    const { weights } = await learn(engine, network, pointing, { steps: 100, batch: 12, rate: 5e-3 });
    const random = new Random(6);
    const places = [-0.6, 0, 0.6].flatMap((x) => [-0.6, 0.6].map((y) => [x, y] as const));
    const pixels = new Float32Array(places.length * SIDE * SIDE * 3);
    for (const [i, [x, y]] of places.entries()) pixels.set(blob(x, y, random), i * SIDE * SIDE * 3);
    const images = [engine.tf.tensor4d(pixels, [places.length, SIDE, SIDE, 3])];
    const chunks = acts(
      engine,
      network,
      pointing.shape,
      weights,
      places.map(() => [0, 0]),
      { images },
    );
    engine.tf.dispose(images);
    const errors = places.flatMap((at, i) => at.map((value, j) => Math.abs((chunks[i]?.[j] as number) - 2 * value)));
    // Pointing at the middle whatever it sees is 0.8 … 1.2 off.
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(0.5);
  });
});
