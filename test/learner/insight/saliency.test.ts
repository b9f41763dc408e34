import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/core/random';
import type { Observation } from '../../../src-main/core/types';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { toGrid } from '../../../src-main/learner/insight/grid';
import { occlusion } from '../../../src-main/learner/insight/occlusion';
import { saliency } from '../../../src-main/learner/insight/saliency';
import { initialParameters, unpack } from '../../../src-main/learner/parameters';
import { METHODS } from '../../../src-main/learner/policies';
import type { Network } from '../../../src-main/learner/policies/method';
import type { PolicyParts } from '../../../src-main/learner/policy-graph';

const WIDTH = 48;
const HEIGHT = 36;
const camera = { name: 'front', width: WIDTH, height: HEIGHT };
const random = new Random(5);
const seen = {
  t: 0,
  joints: [0.2, 0.4],
  environment: [],
  images: {
    front: { ...camera, t: 0, data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, () => random.below(256)) },
  },
};

const partsOf = (network: Network, chunk: number): PolicyParts => ({
  spec: {
    kind: 'cnn',
    robot: 'fake',
    task: 'do it',
    tasks: [],
    observation: { joints: ['a', 'b'], environment: [], cameras: [camera] },
    action: ['a', 'b'],
    history: 1,
    chunk,
    execute: 1,
    rate: 30,
  },
  network,
  normaliser: {
    inputs: { mean: [0, 0], std: [1, 1] },
    targets: { mean: Array.from({ length: chunk * 2 }, () => 0), std: Array.from({ length: chunk * 2 }, () => 0.5) },
  },
  relativeTo: [0, 1],
});

/** Its first action is the brightness of the left half, its second that of the right half. */
const halves: Network = {
  parameters: [],
  lossDraws: [],
  loss: (tf) => tf.scalar(0),
  actDraws: [],
  act: (tf, _w, { images }) => {
    const half = (from: number) =>
      tf.mean(tf.slice(images[0] as (typeof images)[number], [0, 0, from, 0], [1, HEIGHT, WIDTH / 2, 3]));
    return tf.reshape(tf.stack([half(0), half(WIDTH / 2)]), [1, 1, 2]);
  },
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
});

const side = (values: Float32Array, columns: number, from: number, to: number): number =>
  values.reduce((sum, v, i) => sum + (i % columns >= from && i % columns < to ? v : 0), 0);

describe('where a policy looks', () => {
  it('is the half that the action comes from, for each action alone, and leaves no tensor behind', async () => {
    const before = engine.tf.memory().numTensors;
    const [left] = await saliency(engine, partsOf(halves, 1), [], [seen], [0]);
    const [both] = await saliency(engine, partsOf(halves, 1), [], [seen]);
    expect(engine.tf.memory().numTensors).toBe(before);
    expect(left?.all).toMatchObject({ columns: 24, rows: 18 });
    const values = left?.all.values ?? new Float32Array();
    // Smoothing carries a little over the middle, and no further than two cells.
    expect(side(values, 24, 0, 12)).toBeGreaterThan(10 * side(values, 24, 12, 24));
    expect(side(values, 24, 14, 24)).toBe(0);
    expect(Math.max(...values)).toBe(1);
    const right = both?.channels[1]?.values ?? new Float32Array();
    expect(side(right, 24, 12, 24)).toBeGreaterThan(10 * side(right, 24, 0, 12));
    const all = both?.all.values ?? right;
    expect(side(all, 24, 0, 12) / side(all, 24, 12, 24)).toBeCloseTo(1, 0);
  });

  it('is known of policies that choose between modes and of those that think in steps', async () => {
    const { tf } = engine;
    for (const kind of ['gmm', 'diffusion'] as const) {
      const method = METHODS[kind];
      const shape = { history: 1, features: 2, chunk: 4, actions: 2, hints: 0, cameras: [camera], memory: 0 };
      const network = method.network(shape, method.config.parse({}));
      const flat = initialParameters(network.parameters, new Random(2));
      const weights = tf.tidy(() => unpack(tf, tf.tensor1d(flat), network.parameters));
      const [map] = await saliency(engine, partsOf(network, 4), weights, [seen], [0]);
      tf.dispose(weights);
      expect([...(map?.all.values ?? [Number.NaN])].every((v) => v >= 0 && v <= 1)).toBe(true);
      expect(Math.max(...(map?.all.values ?? []))).toBe(1);
    }
  }, 30_000);

  it('is found by covering parts of the picture, where there is no gradient', async () => {
    const brightness = (data: Uint8Array, from: number) =>
      data.reduce(
        (sum, v, i) => sum + (Math.floor(i / 3) % WIDTH >= from && Math.floor(i / 3) % WIDTH < from + 24 ? v : 0),
        0,
      );
    const act = async (history: readonly Observation[]) => {
      const data = history.at(-1)?.images?.front?.data ?? new Uint8Array();
      return [[brightness(data, 0), brightness(data, 24)]];
    };
    const [map] = await occlusion({ act, spec: partsOf(halves, 1).spec }, [seen], [1, 0]);
    const values = map?.channels[0]?.values ?? new Float32Array();
    expect(Math.max(...values)).toBe(1);
    expect(side(values, 24, 14, 24)).toBe(0);
    // The second action has no spread: it counts for nothing.
    expect(Math.max(...(map?.channels[1]?.values ?? []))).toBe(0);
    expect(map?.all.values).toEqual(values);
  });

  it('is a thing that is there, not the empty table beside it', async () => {
    const data = new Uint8Array(WIDTH * HEIGHT * 3).fill(90);
    // Four by four pixels at x = 10, y = 8: two by two cells.
    for (let y = 8; y < 12; y++) data.fill(220, (y * WIDTH + 10) * 3, (y * WIDTH + 14) * 3);
    const images = { front: { ...camera, t: 0, data } };
    const [map] = await saliency(engine, partsOf(halves, 1), [], [{ ...seen, images }], [0]);
    const values = map?.all.values ?? new Float32Array();
    const largest = values.indexOf(1);
    expect([5, 6]).toContain(largest % 24);
    expect([4, 5]).toContain(Math.floor(largest / 24));
    // The bottom of the left half is empty, though the action depends on its brightness as much.
    expect(Math.max(...values.subarray(12 * 24))).toBeLessThan(0.05);
  });

  it('is nowhere when nothing in the picture matters', () => {
    expect(Math.max(...toGrid(new Float32Array(64), 8, 8).values)).toBe(0);
  });
});
