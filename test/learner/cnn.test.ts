import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { type Engine, openEngine } from '../../src-main/learner/engine';
import { fit as fitNetwork } from '../../src-main/learner/fit';
import { placeFrame, resize } from '../../src-main/learner/images';
import { NetworkPolicy } from '../../src-main/learner/network-policy';
import { inMemory } from '../../src-main/learner/pictures';
import { METHODS } from '../../src-main/learner/policies';
import { buildSamples } from '../../src-main/learner/samples';
import { fakeDataset, row } from './fake-dataset';

const SIZE = 24;
const camera = { name: 'front', width: SIZE, height: SIZE };
const random = new Random(3);

/** A bright blob on a dark, noisy ground; x and y in −1..1 of the picture. */
function blob(x: number, y: number): Uint8Array {
  const data = new Uint8Array(SIZE * SIZE * 3);
  const cx = ((x + 1) / 2) * (SIZE - 1);
  const cy = ((y + 1) / 2) * (SIZE - 1);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const near = Math.exp(-(((i % SIZE) - cx) ** 2 + (Math.floor(i / SIZE) - cy) ** 2) / 6);
    for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.min(255, 20 + random.below(20) + 200 * near);
  }
  return data;
}

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
});

describe('training the picture policy', () => {
  it('learns to point at a bright blob it sees, and leaves no tensor behind', async () => {
    const places = Array.from({ length: 60 }, () =>
      Array.from({ length: 8 }, () => [random.between(-0.8, 0.8), random.between(-0.8, 0.8)] as const),
    );
    const episodes = places.map((list) => ({ rows: list.map(([x, y]) => row([0, 0], [x, y])) }));
    const samples = await buildSamples(
      fakeDataset(episodes, { cameras: [camera] }),
      {
        chunk: 1,
        history: 1,
        actions: 'delta',
        environment: false,
        hints: false,
        cameras: [camera],
        seed: 0,
        heldOut: 0.15,
        skipFailures: true,
      },
      inMemory(async (_dataset, episode, _camera, into) => {
        for (const [k, [x, y]] of (places[episode.index] ?? []).entries()) into.set(blob(x, y), k * SIZE * SIZE * 3);
      }),
    );
    const network = METHODS.cnn.network(
      { history: 1, features: 2, chunk: 1, actions: 2, hints: 0, cameras: [camera], memory: 0 },
      {},
    );
    const before = engine.tf.memory().numTensors;
    const options = {
      ...METHODS.cnn.settings,
      seconds: 14,
      batch: 16,
      learningRate: 2e-3,
      jointNoise: 0,
      compile: true,
    };
    const { best } = await fitNetwork(engine, network, samples, options, new Random(1));
    expect(engine.tf.memory().numTensors).toBe(before);
    // Pointing at the middle whatever it sees gives 0.87 in these units.
    expect(best.heldOutLoss).toBeLessThan(0.4);

    const spec = {
      kind: 'cnn',
      robot: 'fake',
      task: '',
      tasks: [],
      observation: { joints: ['a', 'b'], environment: [], cameras: [camera] },
      action: ['a', 'b'],
      history: 1,
      chunk: 1,
      execute: 1,
      rate: 30,
    };
    const parts = {
      spec,
      network,
      normaliser: { inputs: samples.inputScale, targets: samples.targetScale },
      relativeTo: samples.relativeTo,
    };
    const policy = new NetworkPolicy(engine, parts, best.weights);
    const look = async (x: number, y: number) => {
      const images = { front: { ...camera, data: blob(x, y), t: 0 } };
      return (await policy.act([{ t: 0, joints: [0, 0], environment: [], images }]))[0] as readonly number[];
    };
    const [left, right] = [await look(-0.6, 0), await look(0.6, 0)];
    expect((right[0] as number) - (left[0] as number)).toBeGreaterThan(0.4);
    await expect(policy.act([{ t: 0, joints: [0, 0], environment: [] }])).rejects.toMatchObject({ kind: 'no-camera' });
    policy.dispose();
    expect(engine.tf.memory().numTensors).toBe(before);
  }, 60_000);
});

describe('pictures', () => {
  it('shrink by averaging, whatever the ratio', () => {
    const data = Uint8Array.from([0, 0, 0, 100, 0, 0, 0, 200, 0, 100, 0, 0]);
    expect([...resize({ width: 2, height: 2, data, t: 0 }, 1, 1)]).toEqual([50, 50, 0]);
    const flat = new Uint8Array(7 * 5 * 3).fill(77);
    expect(new Set(resize({ width: 7, height: 5, data: flat, t: 0 }, 3, 4))).toEqual(new Set([77]));
  });

  it('shift with their edges repeated', () => {
    const data = Uint8Array.from([0, 0, 0, 255, 255, 255]);
    const out = new Float32Array(6);
    placeFrame(data, 0, out, 0, { width: 2, height: 1 }, 1, 0);
    expect([...out]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    placeFrame(data, 0, out, 0, { width: 2, height: 1 }, 0, 3);
    expect([...out]).toEqual([-0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
  });
});
