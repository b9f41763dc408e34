import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataset } from '../../src-main/dataset/dataset';
import { PilotClient, TrainerClient } from '../../src-main/learner/client';
import { spawnChild } from '../../src-main/learner/launch';
import { buildEntries } from '../support/build';
import { row } from './fake-dataset';

const root = join(__dirname, '..', '..');
/** Inside the checkout, where the built processes find node_modules. */
const out = join(root, 'out', `test-learner-${process.pid}`);
let scratch: string;
let dataset: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'understudy-processes-'));
  await buildEntries({ trainer: 'src-main/learner/trainer.ts', 'pilot-host': 'src-main/learner/pilot-host.ts' }, out);
  dataset = join(scratch, 'dataset');
  const set = await createDataset(dataset, {
    robot: 'so101-sim',
    joints: [
      { name: 'a', unit: 'rad' },
      { name: 'b', unit: 'rad' },
    ],
    environment: ['goal'],
    fps: 30,
    cameras: [],
  });
  for (let e = 0; e < 3; e++) {
    const rows = Array.from({ length: 30 }, (_, k) => ({
      ...row([e / 3, k / 30], [e / 3, (k + 1) / 30], [e]),
      t: k / 30,
    }));
    await set.add({ task: 'move', success: true, rows, videos: {} });
  }
  await set.close();
}, 60_000);

afterAll(async () => {
  await rm(out, { recursive: true, force: true });
  await rm(scratch, { recursive: true, force: true });
});

describe('the learner processes', () => {
  it('train on a dataset folder, report on the way, and hand the checkpoint to a pilot that acts', async () => {
    const trainer = new TrainerClient(spawnChild(join(out, 'trainer.js')));
    const phases = new Set<string>();
    const result = await trainer.train(
      { dataset, out: join(scratch, 'policy'), name: 'first', policy: 'mlp', seconds: 3 },
      { onProgress: (p) => phases.add(p.phase) },
    );
    expect([...phases]).toEqual(['loading', 'training', 'saving']);
    expect(result.steps).toBeGreaterThan(0);
    expect(result.spec.robot).toBe('so101-sim');
    trainer.close();

    const pilot = new PilotClient(spawnChild(join(out, 'pilot-host.js')));
    const deaths: unknown[] = [];
    pilot.onDied((error) => deaths.push(error));
    const policy = await pilot.load(result.checkpoint);
    const seen = { t: 1, joints: [0.3, 0.5], environment: [1] };
    const actions = await policy.act([seen]);
    expect(actions).toHaveLength(result.spec.chunk);
    expect(await policy.act([seen])).toEqual(actions);
    await policy.reset();
    await expect(policy.act([{ ...seen, joints: [1] }])).rejects.toMatchObject({ kind: 'incompatible' });
    await expect(pilot.load(join(scratch, 'nowhere'))).rejects.toMatchObject({ kind: 'not-found' });
    expect(await policy.act([seen])).toEqual(actions);
    pilot.close();
    await expect(policy.act([seen])).rejects.toMatchObject({ kind: 'child-died' });
    expect(deaths).toEqual([]);
  }, 60_000);

  it('keep the best so far when a training is cancelled, and can train again', async () => {
    const trainer = new TrainerClient(spawnChild(join(out, 'trainer.js')));
    const abort = new AbortController();
    const result = await trainer.train(
      { dataset, out: join(scratch, 'cancelled'), name: 'x', policy: 'mlp', seconds: 3600 },
      { signal: abort.signal, onProgress: (p) => p.phase === 'training' && abort.abort() },
    );
    expect(result.cancelled).toBe(true);
    const again = await trainer.train({
      dataset,
      out: join(scratch, 'again'),
      name: 'y',
      policy: 'mlp',
      untrained: true,
    });
    expect(again.steps).toBe(0);
    trainer.close();
  }, 60_000);

  it('pass faults on as they are', async () => {
    const trainer = new TrainerClient(spawnChild(join(out, 'trainer.js')));
    const bad = trainer.train({
      dataset: join(scratch, 'no such folder'),
      out: join(scratch, 'z'),
      name: 'z',
      policy: 'mlp',
    });
    await expect(bad).rejects.toMatchObject({ kind: 'not-found', tip: expect.stringMatching(/.+/) });
    await expect(trainer.train({ dataset, out: '', name: 'z', policy: 'mlp' })).rejects.toMatchObject({
      kind: 'bad-input',
    });
    trainer.close();
  }, 60_000);
});

describe('a child process that dies', () => {
  const script = async (name: string, body: string): Promise<string> => {
    const file = join(scratch, name);
    await writeFile(file, body);
    return file;
  };

  it('rejects the training under way and every later one', async () => {
    const file = await script('dies.cjs', `process.on('message', () => process.exit(7));`);
    const trainer = new TrainerClient(spawnChild(file));
    const options = { dataset, out: join(scratch, 'dead'), name: 'x', policy: 'mlp' } as const;
    await expect(trainer.train(options)).rejects.toMatchObject({
      kind: 'child-died',
      message: expect.stringContaining('7'),
    });
    await expect(trainer.train(options)).rejects.toMatchObject({ kind: 'child-died' });
  });

  it('rejects every pending call of a pilot and tells its owner once', async () => {
    const file = await script(
      'dies-late.cjs',
      `let n = 0; process.on('message', () => { if (++n === 2) process.kill(process.pid, 'SIGKILL'); });`,
    );
    const pilot = new PilotClient(spawnChild(file));
    const deaths: unknown[] = [];
    pilot.onDied((error) => deaths.push(error));
    const calls = await Promise.allSettled([pilot.load('/a'), pilot.load('/b')]);
    expect(calls.map((c) => c.status === 'rejected' && c.reason.kind)).toEqual(['child-died', 'child-died']);
    expect(deaths).toHaveLength(1);
  });

  it('is told from one that talks nonsense', async () => {
    const file = await script(
      'babbles.cjs',
      `process.on('message', () => process.send({ type: 'actions', id: 1, actions: [['x']] }));`,
    );
    const pilot = new PilotClient(spawnChild(file));
    await expect(pilot.load('/a')).rejects.toMatchObject({ kind: 'bad-input' });
    pilot.close();
  });
});
