import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CheckpointInfo, trainOptionsSchema } from '../../src-main/core/learning';
import type { PracticeState } from '../../src-main/core/practice';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { listCheckpoints } from '../../src-main/learner/checkpoint';
import { openEngine } from '../../src-main/learner/engine';
import { spawnChild } from '../../src-main/learner/launch';
import { train } from '../../src-main/learner/train';
import { recordDemonstrations } from '../../src-main/station/laboratory';
import { Practice, practisedName } from '../../src-main/station/practice';
import { buildEntries } from '../support/build';

const root = join(__dirname, '..', '..');
/** Inside the checkout, where the built processes find node_modules. */
const out = join(root, 'out', `test-practice-${process.pid}`);
let home: string;
let demos: string;
let cloned: CheckpointInfo;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'understudy-practice-'));
  demos = join(home, 'demos');
  await buildEntries({ cli: 'src-main/cli.ts', 'practice-process': 'src-main/station/practice-process.ts' }, out);
  await recordDemonstrations({ task: 'reach', folder: demos, episodes: 2, seed: 3 });
  const dataset = await openDataset(demos);
  const options = trainOptionsSchema.parse({
    dataset: demos,
    out: join(home, 'policies', 'cloned'),
    name: 'Reach',
    policy: 'mlp',
    steps: 40,
    config: { hidden: [32, 32] },
  });
  await train(options, dataset, await openEngine());
  await dataset.close();
  [cloned] = (await listCheckpoints(join(home, 'policies'))) as [CheckpointInfo];
}, 120_000);

afterAll(async () => {
  await rm(out, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

async function understudy(...args: string[]): Promise<{ code: number | null; answer: unknown }> {
  const child = spawn(process.execPath, [join(out, 'cli.js'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, answer: JSON.parse(text) };
}

const tally = z.object({ successes: z.number(), trials: z.literal(3), interval: z.tuple([z.number(), z.number()]) });
const tiny = ['--rounds', '1', '--steps', '20', '--explore', '3', '--check', '3', '--exam', '3'];

describe('understudy improve', () => {
  it('practises in the simulator and says how good the policy was before and is now', async () => {
    const folder = join(home, 'improved');
    const { code, answer } = await understudy(
      'improve',
      '--policy',
      cloned.folder,
      '--task',
      'reach',
      '--out',
      folder,
      ...tiny,
    );
    expect(code).toBe(0);
    const result = z
      .object({ start: tally, end: tally, rounds: z.literal(1), rollouts: z.number().min(9), note: z.string() })
      .parse(answer);
    expect(result.end.successes).toBeGreaterThanOrEqual(result.start.successes);
  }, 60_000);

  it('wants a task or a dataset', async () => {
    const { code, answer } = await understudy('improve', '--policy', cloned.folder, '--out', join(home, 'x'));
    expect(code).toBe(2);
    expect(answer).toMatchObject({ error: { kind: 'bad-input' } });
  });

  it('learns from scored trials in a dataset; a trial nobody judged is left out', async () => {
    const source = await openDataset(demos);
    const episode = await source.read(0);
    const set = await createDataset(join(home, 'trials'), source.spec);
    await source.close();
    const half = Math.floor(episode.rows.length / 2);
    const verdicts = [true, false, null, true];
    for (const success of verdicts) {
      // In the last one a person took over halfway.
      const rows = episode.rows.map((row, k) => ({
        ...row,
        pilot: set.list().length === 3 && k >= half ? 'person' : 'policy',
        intervention: set.list().length === 3 && k >= half,
      }));
      await set.add({ task: episode.task, success, rows, videos: {} });
    }
    await set.close();
    const folder = join(home, 'from-trials');
    const args = ['--dataset', join(home, 'trials'), '--out', folder, '--rounds', '1', '--steps', '20'];
    const { code, answer } = await understudy('improve', '--policy', cloned.folder, ...args);
    expect(answer).toMatchObject({
      checkpoint: folder,
      start: null,
      rollouts: 3,
      learnt: 2,
      rows: 3 * episode.rows.length,
    });
    expect(code).toBe(0);
    const [made] = (await listCheckpoints(home)).filter((entry) => entry.folder === folder);
    expect(made?.name).toBe('practised');

    const none = await understudy('improve', '--policy', cloned.folder, '--dataset', demos, '--out', join(home, 'y'));
    expect(none.answer).toMatchObject({
      error: { kind: 'not-found', message: expect.stringMatching(/no scored trials/) },
    });
  }, 60_000);
});

describe('practice in the app', () => {
  it('runs beside it, shows what happens, and when stopped keeps the best', async () => {
    let changed = (_state: PracticeState): void => undefined;
    const practice: Practice = new Practice({
      spawn: () => spawnChild(join(out, 'practice-process.js')),
      policies: join(home, 'policies'),
      changed: () => changed(practice.state()),
    });
    const phases = new Set<string>();
    const setting = { task: 'reach' as const, dataset: null };
    const choice = { policy: cloned.id, where: 'simulator' as const, minutes: 60 };
    const finished = new Promise<unknown>((resolve) => {
      changed = ({ phase, progress }) => {
        phases.add(progress?.phase ?? phase);
        if (progress && progress.start.trials >= 2) practice.stop();
      };
      practice.start(choice, cloned, setting, resolve);
    });
    expect(() => practice.start(choice, cloned, setting, () => undefined)).toThrow(/under way/);
    expect(await finished).toBeNull();
    expect([...phases]).toEqual(expect.arrayContaining(['running', 'loading', 'measuring']));
    expect(practice.state()).toMatchObject({
      phase: 'done',
      name: 'Reach',
      result: { cancelled: true, checkpoint: null },
    });
    practice.dismiss();
    expect(practice.state().phase).toBe('idle');
  }, 60_000);

  it('says what to do when the policy cannot practise there', () => {
    const spawnNothing = () => {
      throw new Error('nothing is to be started');
    };
    const practice = new Practice({ spawn: spawnNothing, policies: home, changed: () => undefined });
    const start = (where: 'simulator' | 'trials', parent = cloned) =>
      practice.start({ policy: 'x', where, minutes: 1 }, parent, { task: null, dataset: null }, () => undefined);
    expect(() => start('simulator')).toThrow(/needs a simulated exercise/);
    expect(() => start('trials')).toThrow(/No dataset is open/);
    expect(practice.state().phase).toBe('idle');
  });

  it('names what it made after where it came from', () => {
    expect(practisedName('Push')).toBe('Push, practised');
    expect(practisedName('Push, practised')).toBe('Push, practised 2');
    expect(practisedName('Push, practised 2')).toBe('Push, practised 3');
  });
});
