import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { fromTrainerSchema, parseMessage } from '../../src-main/core/learner-messages';
import { type TrainOptions, trainOptionsSchema } from '../../src-main/core/learning';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { readRunState, runFolder } from '../../src-main/learner/run-state';
import { buildEntries } from '../support/build';
import { row } from './fake-dataset';

/** What a trainer says, parsed. */
type Said = z.output<typeof fromTrainerSchema>;

const root = join(__dirname, '..', '..');
const out = join(root, 'out', `test-resume-${process.pid}`);
let scratch: string;
let dataset: string;

const episode = (e: number) => ({
  task: 'move',
  success: true,
  videos: {},
  rows: Array.from({ length: 30 }, (_, k) => ({ ...row([e / 5, k / 30], [e / 5, (k + 1) / 30], [e]), t: k / 30 })),
});

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'understudy-resume-'));
  await buildEntries({ trainer: 'src-main/learner/trainer.ts' }, out);
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
  for (let e = 0; e < 3; e++) await set.add(episode(e));
  await set.close();
}, 60_000);

afterAll(async () => {
  await rm(out, { recursive: true, force: true });
  await rm(scratch, { recursive: true, force: true });
});

const STEPS = 150;
const options = (name: string, change: Partial<TrainOptions> = {}): TrainOptions =>
  trainOptionsSchema.parse({
    dataset,
    out: join(scratch, name),
    name,
    policy: 'mlp',
    steps: STEPS,
    seconds: 3600,
    heldOut: 0,
    compile: false,
    config: { hidden: [16, 16] },
    settings: { batch: 8 },
    ...change,
  });

/** The real trainer, killable. `on` sees each message. */
function trainer(on: (message: Said, child: ChildProcess) => void) {
  const child = fork(join(out, 'trainer.js'), [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  child.on('message', (data) => on(parseMessage(fromTrainerSchema, data, 'trainer'), child));
  return { child, gone };
}

/** Trains to the end, or until the demonstrations have been read; resolves to how, and what was said of going on. */
async function trainToEnd(wanted: TrainOptions, cancel = false) {
  let resumed: string | null = null;
  const end = await new Promise<Extract<Said, { type: 'done' | 'failed' }>>((resolve) => {
    const { child } = trainer((message) => {
      if (message.type === 'planned') {
        resumed = message.planned.resumed;
        if (cancel) child.send({ type: 'cancel' });
      }
      if (message.type !== 'done' && message.type !== 'failed') return;
      child.kill('SIGKILL');
      resolve(message);
    });
    child.send({ type: 'train', options: wanted });
  });
  if (end.type === 'failed') throw new Error(end.fault.message);
  return { result: end.result, resumed };
}

const stateFile = (name: string) => join(runFolder(join(scratch, name)), 'state.bin');
const weights = (name: string) => readFileSync(join(scratch, name, 'weights.bin'));

/** Trains and kills the process without warning soon after its state came to the disk: it rests for a moment, so that this is in the middle on each machine. */
async function trainAndKill(wanted: TrainOptions): Promise<void> {
  const file = join(runFolder(wanted.out), 'state.bin');
  const { child, gone } = trainer((message) => {
    if (message.type === 'done') throw new Error('the training was over before it could be killed');
    if (message.type === 'planned') child.send({ type: 'pause' });
    if (message.type !== 'progress' || message.progress.phase !== 'paused') return;
    expect(existsSync(file)).toBe(true);
    child.send({ type: 'resume' });
    child.kill('SIGKILL');
  });
  child.send({ type: 'train', options: wanted });
  expect(await gone).toBe('SIGKILL');
}

describe('a training that is killed without warning', () => {
  it('goes on when it is started again, and ends with the very weights it would have had', async () => {
    const whole = await trainToEnd(options('whole'));
    expect(whole).toMatchObject({ resumed: null, result: { steps: STEPS } });

    await trainAndKill(options('killed'));
    expect(existsSync(join(scratch, 'killed'))).toBe(false);
    const state = await readRunState(join(scratch, 'killed'));
    expect(state?.fit.optimiser.steps).toBeGreaterThan(0);
    expect(state?.fit.optimiser.steps).toBeLessThan(STEPS);

    const rest = await trainToEnd(options('killed', { name: 'under another name' }));
    expect(rest.resumed).toMatch(/Goes on .*\(step \d+\)/);
    expect(rest.result.steps).toBe(STEPS);
    expect(weights('killed').equals(weights('whole'))).toBe(true);
    expect(existsSync(stateFile('killed'))).toBe(false);
    expect(readdirSync(scratch)).not.toContain('killed.run');
  }, 60_000);

  it('starts anew when its state was damaged, and says so', async () => {
    await trainAndKill(options('cut'));
    truncateSync(stateFile('cut'), 500);
    await expect(readRunState(join(scratch, 'cut'))).rejects.toMatchObject({ kind: 'corrupt' });
    const { result, resumed } = await trainToEnd(options('cut', { steps: 40 }));
    expect(resumed).toMatch(/damaged.*starts anew/);
    expect(result.steps).toBe(40);
  }, 60_000);

  it('does not mix up trainings of other settings', async () => {
    await trainAndKill(options('other'));
    const { result, resumed } = await trainToEnd(options('other', { seed: 7, steps: 40 }));
    expect(resumed).toMatch(/other settings/);
    expect(result.steps).toBe(40);
  }, 60_000);

  it('starts from the weights it had when there are more demonstrations now', async () => {
    await trainAndKill(options('grown'));
    const set = await openDataset(dataset);
    await set.add(episode(4));
    await set.close();
    const { result, resumed } = await trainToEnd(options('grown'), true);
    expect(resumed).toMatch(/demonstrations changed/);
    expect(result.steps).toBeLessThan(STEPS);
    expect(result.episodes.train).toHaveLength(4);
  }, 60_000);
});

describe('a training that is paused', () => {
  it('rests with its state on the disk, goes on when told to, and gives a checkpoint on the way', async () => {
    const said: string[] = [];
    const folder = join(scratch, 'on the way');
    const end = await new Promise<Said>((resolve) => {
      const { child } = trainer((message) => {
        if (message.type === 'done' || message.type === 'failed') {
          child.kill('SIGKILL');
          resolve(message);
        }
        if (message.type === 'snapshot') {
          said.push('snapshot');
          expect(readdirSync(message.snapshot.folder)).toEqual(expect.arrayContaining(['policy.json', 'weights.bin']));
          child.send({ type: 'pause' });
        }
        if (message.type !== 'progress' || message.progress.phase === said.at(-1)) return;
        said.push(message.progress.phase);
        if (message.progress.phase !== 'paused') return;
        expect(existsSync(stateFile('paused'))).toBe(true);
        setTimeout(() => child.send({ type: 'resume' }), 300);
      });
      child.send({ type: 'train', options: options('paused', { steps: undefined, seconds: 3 }) });
      child.send({ type: 'snapshot', folder });
    });
    expect(end).toMatchObject({ type: 'done', result: { cancelled: false } });
    expect(said.filter((phase) => phase !== 'loading').join(' ')).toBe('training snapshot paused training saving');
  }, 60_000);

  it('can be cancelled, and keeps the best', async () => {
    const end = await new Promise<Said>((resolve) => {
      const { child } = trainer((message) => {
        if (message.type === 'progress' && message.progress.phase === 'training') child.send({ type: 'pause' });
        if (message.type === 'progress' && message.progress.phase === 'paused') child.send({ type: 'cancel' });
        if (message.type !== 'done' && message.type !== 'failed') return;
        child.kill('SIGKILL');
        resolve(message);
      });
      child.send({ type: 'train', options: options('cancelled', { steps: 100_000 }) });
    });
    expect(end).toMatchObject({ type: 'done', result: { cancelled: true } });
    expect(existsSync(stateFile('cancelled'))).toBe(false);
    expect(existsSync(join(scratch, 'cancelled', 'policy.json'))).toBe(true);
  }, 60_000);
});
