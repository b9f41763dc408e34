import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/core/random';
import { makeBatch } from '../../../src-main/learner/batch';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { totalSize } from '../../../src-main/learner/parameters';
import { inMemory } from '../../../src-main/learner/pictures';
import { METHODS } from '../../../src-main/learner/policies';
import { MEMORY_ROWS, memoryRows } from '../../../src-main/learner/policies/knn';
import { buildSamples } from '../../../src-main/learner/samples';
import { acts } from '../../support/learn';
import { fakeDataset, row } from '../fake-dataset';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('auto');
}, 60_000);

const random = new Random(5);
/** Joints that go the way the thing lies, from anywhere: where the thing is matters. */
const demonstrations = fakeDataset(
  Array.from({ length: 30 }, () => {
    const thing = [random.between(-1, 1), random.between(-1, 1)] as const;
    const joints = [random.between(-1, 1), random.between(-1, 1)];
    return {
      rows: Array.from({ length: 12 }, () => {
        const state = [...joints];
        joints[0]! += 0.1 * thing[0];
        joints[1]! += 0.1 * thing[1];
        return row(state, [...joints], thing);
      }),
    };
  }),
);

async function memory(neighbours: number) {
  const samples = await buildSamples(
    demonstrations,
    {
      chunk: 1,
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
  const shape = {
    history: 1,
    features: samples.features,
    chunk: 1,
    actions: samples.channels,
    hints: 0,
    cameras: [],
    memory: samples.train.length,
  };
  const config = METHODS.knn.config.parse({ neighbours });
  const network = METHODS.knn.network(shape, config);
  const weights = METHODS.knn.memorise?.(samples, config) as Float32Array;
  return { samples, shape, network, weights };
}

describe('nearest neighbour', () => {
  it('does in a demonstrated moment exactly what was done then', async () => {
    const { samples, shape, network, weights } = await memory(1);
    expect(weights).toHaveLength(totalSize(network.parameters));
    const rows = [...samples.train].filter((_, i) => i % 9 === 0);
    const { features, actions } = makeBatch(samples, rows, [], new Random(0), null);
    const asked = rows.map((_, i) => [...features.subarray(i * shape.features, (i + 1) * shape.features)]);
    const size = shape.actions;
    for (const [i, chunk] of acts(engine, network, shape, weights, asked).entries()) {
      for (const [k, value] of chunk.entries()) expect(value).toBeCloseTo(actions[i * size + k] as number, 3);
    }
  });

  it('blends the nearest moments elsewhere, and beats guessing on demonstrations it never saw', async () => {
    const { samples, shape, network, weights } = await memory(3);
    const { features, actions } = makeBatch(samples, samples.heldOut, [], new Random(0), null);
    const asked = [...samples.heldOut].map((_, i) => [
      ...features.subarray(i * shape.features, (i + 1) * shape.features),
    ]);
    const told = acts(engine, network, shape, weights, asked).flat();
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const error = mean(told.map((value, i) => Math.abs(value - (actions[i] as number))));
    expect(error).toBeLessThan(0.6 * mean([...actions].map(Math.abs)));
  });

  it('finds out that the joints say little here and counts them less', async () => {
    const { shape, weights } = await memory(3);
    const counts = [...weights.subarray(0, shape.features)];
    expect(counts[0]).toBeLessThan(1);
    expect(counts.slice(-2)).toEqual([1, 1]);
  });

  it('keeps an even share of the moments when there are too many', () => {
    const train = Int32Array.from({ length: 3 * MEMORY_ROWS }, (_, i) => i);
    const kept = memoryRows({ train });
    expect(kept).toHaveLength(MEMORY_ROWS);
    expect([...kept.slice(0, 3)]).toEqual([0, 3, 6]);
  });
});
