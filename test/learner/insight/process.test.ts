import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, EpisodeInfo } from '../../../src-main/core/episode';
import { trainOptionsSchema } from '../../../src-main/core/learning';
import { createDataset, openDataset } from '../../../src-main/dataset/dataset';
import { PilotClient } from '../../../src-main/learner/client';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { compare } from '../../../src-main/learner/insight/compare';
import { listDemonstrations } from '../../../src-main/learner/insight/demonstrations';
import { spawnChild } from '../../../src-main/learner/launch';
import { exportOnnx } from '../../../src-main/learner/onnx/to-onnx';
import { inMemory, type OpenPictures } from '../../../src-main/learner/pictures';
import { train } from '../../../src-main/learner/train';
import { Insights } from '../../../src-main/station/insights';
import { buildEntries } from '../../support/build';
import { fakeDataset, row } from '../fake-dataset';

/** Inside the checkout, where the built process finds node_modules. */
const out = join(__dirname, '..', '..', '..', 'out', `test-insight-${process.pid}`);
let engine: Engine;
let scratch: string;
let about: { policy: string; dataset: string | null };
const rows = (e: number) =>
  Array.from({ length: 30 }, (_, k) => ({ ...row([e / 3, k / 30], [e / 3, (k + 1) / 30]), t: k / 30 }));

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'understudy-insight-'));
  const entries = { 'insight-process': 'insight-process.ts', 'pilot-host': 'pilot-host.ts' };
  await buildEntries(Object.fromEntries(Object.entries(entries).map(([n, f]) => [n, `src-main/learner/${f}`])), out);
  engine = await openEngine('auto');
  const folder = join(scratch, 'dataset');
  const joints = ['a', 'b'].map((name) => ({ name, unit: 'rad' as const }));
  const set = await createDataset(folder, { robot: 'so101-sim', joints, environment: [], fps: 30, cameras: [] });
  for (let e = 0; e < 4; e++) await set.add({ task: 'move', success: true, rows: rows(e), videos: {} });
  about = { policy: join(scratch, 'policy'), dataset: null };
  const options = { dataset: folder, out: about.policy, name: 'p', policy: 'mlp', steps: 60, compile: false };
  await train(trainOptionsSchema.parse(options), set, engine);
  await set.close();
}, 60_000);
afterAll(async () => {
  await rm(out, { recursive: true, force: true });
  await rm(scratch, { recursive: true, force: true });
});

describe('the insight process', () => {
  it('lists demonstrations, those never seen first, and compares the policy with one of them', async () => {
    const insights = new Insights(() => spawnChild(join(out, 'insight-process.js')));
    const list = await insights.episodes(about);
    expect(list).toMatchObject({ dataset: join(scratch, 'dataset'), notice: null });
    expect(list.episodes.map(({ use }) => use)).toEqual(['held-out', 'trained-on', 'trained-on', 'trained-on']);
    const episode = list.episodes[0]?.index ?? -1;
    const found = await insights.compare(about, episode);
    expect(found.channels).toEqual([
      { name: 'a', unit: 'rad' },
      { name: 'b', unit: 'rad' },
    ]);
    expect(found.demonstrated[1]?.[29]).toBeCloseTo(1);
    expect(found.predicted.map((line) => line.length)).toEqual([30, 30]);
    const mean = found.demonstrated.map(
      (line, c) => line.reduce((sum, v, i) => sum + Math.abs(v - (found.predicted[c]?.[i] ?? 9)), 0) / 30,
    );
    expect(found.errors[0]).toBeCloseTo(mean[0] as number, 5);
    // Untrained, it would stay where it is: one step of 1/30 behind at best.
    expect(found.errors[1]).toBeLessThan(0.2);
    expect(found).toMatchObject({ looks: [], blind: null, episode });

    await expect(insights.compare(about, 99)).rejects.toMatchObject({ kind: 'not-found' });
    const two = await Promise.allSettled([insights.compare(about, 0), insights.compare(about, 1)]);
    expect(two[1]).toMatchObject({ status: 'fulfilled', value: { episode: 1 } });

    const asked = insights.compare(about, 2);
    insights.close();
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    // It starts again by itself.
    expect((await insights.episodes({ ...about, dataset: join(scratch, 'dataset') })).episodes).toHaveLength(4);
    insights.close();
  }, 60_000);

  it('says that a dataset is gone, and takes another one', async () => {
    const other = join(scratch, 'other');
    const options = { dataset: join(scratch, 'lost'), out: other, name: 'o', policy: 'mlp', untrained: true };
    const set = await openDataset(join(scratch, 'dataset'));
    await train(trainOptionsSchema.parse(options), { ...methodsOf(set), folder: join(scratch, 'lost') }, engine);
    const whole = join(scratch, 'whole');
    const known = { dataset: set.folder, out: whole, name: 'w', policy: 'mlp', untrained: true, heldOut: 0 };
    await train(trainOptionsSchema.parse(known), set, engine);
    expect((await listDemonstrations(whole, set)).notice).toMatch(/trained on all/);
    await set.close();
    const insights = new Insights(() => spawnChild(join(out, 'insight-process.js')));
    await expect(insights.episodes({ policy: other, dataset: null })).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('gone'),
    });
    const list = await insights.episodes({ policy: other, dataset: join(scratch, 'dataset') });
    expect(list.notice).toMatch(/not the dataset/);
    expect(list.episodes.every(({ use }) => use === 'unknown')).toBe(true);
    insights.close();
  }, 60_000);
});

describe('the pilot process', () => {
  it('tells with each answer how new the observation was', async () => {
    const pilot = new PilotClient(spawnChild(join(out, 'pilot-host.js')));
    const policy = await pilot.load(about.policy);
    expect(policy.distance).toBeNull();
    await policy.act([{ t: 0, joints: [1 / 3, 0.5], environment: [] }]);
    const near = policy.distance ?? Number.NaN;
    await policy.act([{ t: 0, joints: [-3, 0.5], environment: [] }]);
    expect(near).toBeLessThan(1.2);
    expect(policy.distance).toBeGreaterThan(2);
    pilot.close();
  }, 60_000);
});

/** What training uses of a dataset; a class keeps its methods where a spread does not find them. */
const methodsOf = (set: Awaited<ReturnType<typeof openDataset>>) => ({
  ...fakeDataset([]),
  spec: set.spec,
  list: () => set.list(),
  read: (index: number) => set.read(index),
});

/** A policy made elsewhere, that moves with the brightness of its picture: its parts are covered one by one. */
async function expectForeign(set: Dataset, openPictures: OpenPictures): Promise<void> {
  const folder = join(scratch, 'foreign');
  const [width, height] = [24, 16];
  const image = { name: 'image', shape: [1, height, width, 3], dtype: 'float32' as const };
  const model = await exportOnnx(
    engine,
    ({ image: seen }) => ({
      action: engine.tf.tile(engine.tf.reshape(engine.tf.mean(seen as Tensor), [1, 1, 1]), [1, 1, 2]),
    }),
    [image],
    {},
  );
  await mkdir(folder);
  await writeFile(join(folder, 'model.onnx'), model);
  const joints = ['joint0', 'joint1'].map((name) => ({ name, unit: 'rad' }));
  const inputs = [{ input: 'image', camera: 'front', width, height, layout: 'NHWC' }];
  const spec = {
    format: 'understudy-policy-spec',
    version: 1,
    name: 'f',
    model: 'model.onnx',
    joints,
    inputs,
    rate: 30,
  };
  await writeFile(join(folder, 'policy-spec.json'), JSON.stringify({ ...spec, output: { output: 'action' } }));
  const found = await compare(folder, set, 1, { learning: async () => engine, openPictures });
  expect(found.blind).toBeNull();
  expect(found.looks.length).toBeGreaterThan(0);
  expect(found.looks[0]?.maps).toHaveLength(2);
}

describe('a comparison of a policy with cameras', () => {
  it('shows eight pictures as the policy saw them, each with a map, and closes what it opened', async () => {
    const camera = { name: 'front', width: 24, height: 16 };
    const set = fakeDataset([{ rows: rows(0) }, { rows: rows(1) }], { cameras: [camera] });
    let closed = 0;
    const grey = inMemory(async (_set, info: EpisodeInfo, { width, height }, into) => {
      for (let k = 0; k < info.length; k++) into.fill(k * 8, k * width * height * 3, (k + 1) * width * height * 3);
    });
    const openPictures: typeof grey = async (...args) => {
      const pictures = await grey(...args);
      return { at: pictures.at, close: () => void closed++ };
    };
    const policy = join(scratch, 'sees');
    const options = { dataset: '/fake', out: policy, name: 's', policy: 'cnn', untrained: true };
    await train(trainOptionsSchema.parse(options), set, engine, { openPictures: grey });
    const found = await compare(policy, set, 1, { learning: async () => engine, openPictures });
    expect(found.blind).toBeNull();
    expect(found.looks.map((look) => look.row)).toEqual([0, 4, 8, 12, 17, 21, 25, 29]);
    expect(closed).toBe(1);
    await expectForeign(set, openPictures);
    expect(closed).toBe(2);
    for (const look of found.looks) {
      expect(look.picture.length).toBe(look.width * look.height * 3);
      expect(look.picture[0]).toBe(look.row * 8);
      expect(look.map.length).toBe(look.columns * look.rows);
      expect(look.maps).toHaveLength(2);
    }
  }, 60_000);
});
