import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainOptionsSchema } from '../../src-main/core/learning';
import { listCheckpoints, loadPolicy, removeCheckpoint, scanCheckpoints } from '../../src-main/learner/checkpoint';
import { type Engine, openEngine } from '../../src-main/learner/engine';
import { train } from '../../src-main/learner/train';
import { fakeDataset, row } from './fake-dataset';

let engine: Engine;
let root: string;
const dataset = fakeDataset(
  Array.from({ length: 4 }, (_, e) => ({
    rows: Array.from({ length: 20 }, (_, k) => row([e / 4, k / 20], [e / 4, (k + 1) / 20], [e])),
  })),
);
const seen = { t: 0, joints: [0.1, 0.4], environment: [2] };
const trainInto = (name: string, change: object = {}, watch = {}) =>
  train(
    trainOptionsSchema.parse({ dataset: '/fake', out: join(root, name), name, policy: 'mlp', seconds: 1, ...change }),
    dataset,
    engine,
    watch,
  );

beforeAll(async () => {
  engine = await openEngine('auto');
  root = await mkdtemp(join(tmpdir(), 'understudy-checkpoint-'));
  await trainInto('good');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A copy of the good checkpoint with one file changed. */
async function damaged(name: string, file: string, change: (bytes: Buffer) => Uint8Array | string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  for (const part of await readdir(join(root, 'good'))) {
    const bytes = await readFile(join(root, 'good', part));
    await writeFile(join(folder, part), part === file ? change(bytes) : bytes);
  }
  return folder;
}

describe('a checkpoint', () => {
  it('gives the same actions each time it is opened, in robot units, and leaves no tensor behind', async () => {
    const before = engine.tf.memory().numTensors;
    const first = await loadPolicy(join(root, 'good'), engine);
    const second = await loadPolicy(join(root, 'good'), engine);
    const actions = await first.act([seen]);
    expect(await second.act([seen])).toEqual(actions);
    expect(actions).toHaveLength(first.spec.chunk);
    expect(actions.every((a) => a.length === 2 && a.every((v) => Math.abs(v) < 3))).toBe(true);
    first.dispose();
    second.dispose();
    second.dispose();
    expect(engine.tf.memory().numTensors).toBe(before);
    await expect(first.act([seen])).rejects.toMatchObject({ kind: 'bad-input' });
  });

  it('remembers what it was trained on and how it went', async () => {
    const info = (await listCheckpoints(root)).find((c) => c.id === 'good');
    expect(info).toMatchObject({
      name: 'good',
      trainedOn: { dataset: '/fake', episodes: 4 },
      spec: { kind: 'mlp', robot: 'fake', rate: 30, task: 'do it' },
    });
    expect(info?.curve.length).toBeGreaterThan(0);
    expect(info?.heldOutLoss).toBeGreaterThan(0);
  });

  it('refuses an observation of another robot', async () => {
    const policy = await loadPolicy(join(root, 'good'), engine);
    await expect(policy.act([{ ...seen, joints: [0, 0, 0] }])).rejects.toMatchObject({ kind: 'incompatible' });
    await expect(policy.act([{ ...seen, joints: [0, Number.NaN] }])).rejects.toMatchObject({ kind: 'incompatible' });
    policy.dispose();
  });

  it.each([
    ['cut short', 'weights.bin', (b: Buffer) => b.subarray(0, b.length - 8), 'corrupt'],
    [
      'altered',
      'weights.bin',
      (b: Buffer) => Buffer.concat([b.subarray(0, -1), Buffer.from([b.at(-1)! ^ 1])]),
      'corrupt',
    ],
    ['not JSON', 'policy.json', (b: Buffer) => b.subarray(0, 100), 'corrupt'],
    [
      'without a normaliser',
      'policy.json',
      (b: Buffer) => JSON.stringify({ ...JSON.parse(b.toString()), normaliser: undefined }),
      'corrupt',
    ],
    [
      'of a later version',
      'policy.json',
      (b: Buffer) => JSON.stringify({ ...JSON.parse(b.toString()), version: 9 }),
      'incompatible',
    ],
  ])('is refused when it is %s, with a tip', async (name, file, change, kind) => {
    const folder = await damaged(name, file, change);
    await expect(loadPolicy(folder, engine)).rejects.toMatchObject({ kind, tip: expect.stringMatching(/.+/) });
  });

  it('does not hide the good ones from a list when some are damaged', async () => {
    await mkdir(join(root, 'something else'));
    const scan = await scanCheckpoints(root);
    expect(scan.checkpoints.map((c) => c.id)).toContain('good');
    expect(scan.broken.map((b) => b.fault.kind)).toContain('corrupt');
    expect(scan.broken.some((b) => b.folder.endsWith('something else'))).toBe(false);
    expect(await listCheckpoints(join(root, 'nowhere'))).toEqual([]);
  });

  it('is removed whole, and nothing else is', async () => {
    const folder = await damaged('to remove', 'policy.json', (b) => b);
    await removeCheckpoint(folder);
    await expect(loadPolicy(folder, engine)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(removeCheckpoint(join(root, 'something else'))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('never replaces a folder that holds something else', async () => {
    await mkdir(join(root, 'photos'));
    await writeFile(join(root, 'photos', 'cat.jpg'), 'meow');
    await expect(trainInto('photos')).rejects.toMatchObject({ kind: 'bad-input' });
    expect(await readdir(join(root, 'photos'))).toEqual(['cat.jpg']);
    expect((await readdir(root)).filter((n) => /\.(new|old)-/.test(n))).toEqual([]);
  });

  it('of a cancelled training is the best so far, and can be loaded', async () => {
    const abort = new AbortController();
    let reports = 0;
    const onProgress = (p: { phase: string }): void => {
      if (p.phase === 'training' && ++reports === 2) abort.abort();
    };
    const result = await trainInto('cancelled', { seconds: 3600 }, { signal: abort.signal, onProgress });
    expect(result.cancelled).toBe(true);
    const policy = await loadPolicy(result.checkpoint, engine);
    expect(await policy.act([seen])).toHaveLength(policy.spec.chunk);
    policy.dispose();
  });

  it('of an untrained policy takes no step and still runs', async () => {
    const result = await trainInto('untrained', { untrained: true });
    expect(result.steps).toBe(0);
    (await loadPolicy(result.checkpoint, engine)).dispose();
  });

  it('is saved with a clear notice when nothing could be held out', async () => {
    const single = fakeDataset([{ rows: [row([0], [1]), row([1], [2])] }]);
    const options = trainOptionsSchema.parse({
      dataset: '/fake',
      out: join(root, 'single'),
      name: 'x',
      policy: 'mlp',
      seconds: 0.5,
    });
    const result = await train(options, single, engine);
    expect(result.notice).toMatch(/held out/);
    expect(result.bestHeldOutLoss).toBeNaN();
    expect((await listCheckpoints(root)).find((c) => c.id === 'single')?.heldOutLoss).toBeNaN();
  });
});
