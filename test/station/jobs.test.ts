import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChildProcessPort } from '../../src-main/core/learning';
import { openDataset } from '../../src-main/dataset/dataset';
import type { FromJob, JobRequest, ToJob } from '../../src-main/exchange/job';
import { spawnChild } from '../../src-main/learner/launch';
import { Jobs } from '../../src-main/station/jobs';
import { folder, sample } from '../exchange/dataset';
import { buildEntries } from '../support/build';

const CHECK: JobRequest = { kind: 'check', dataset: '/somewhere', deep: false };

/** A process that only the test moves. */
function puppet() {
  const sent: ToJob[] = [];
  const hear = new Set<(message: FromJob) => void>();
  const exits = new Set<(code: number | null) => void>();
  const state = { kills: 0 };
  const port: ChildProcessPort<ToJob, FromJob> = {
    send: (message) => sent.push(message),
    onMessage: (listener) => {
      hear.add(listener);
      return () => hear.delete(listener);
    },
    onExit: (listener) => {
      exits.add(listener);
      return () => exits.delete(listener);
    },
    kill: () => state.kills++,
  };
  const say = (message: FromJob) => {
    for (const listener of hear) listener(message);
  };
  const exit = (code: number | null) => {
    for (const listener of exits) listener(code);
  };
  return { port, sent, say, exit, state };
}

function workplace() {
  const child = puppet();
  let changes = 0;
  const jobs = new Jobs({ spawn: () => child.port, changed: () => changes++ });
  return { jobs, child, changes: () => changes };
}

const settle = () => new Promise<void>((done) => setImmediate(done));
const done = { type: 'done' as const, outcome: { note: 'Nothing is wrong', report: [] } };

describe('a long piece of work', () => {
  it('tells how far it is and how it ended, and is put away by the person', async () => {
    const { jobs, child } = workplace();
    jobs.start({ request: CHECK, title: 'Checking set' });
    await settle();
    expect(child.sent).toEqual([{ type: 'run', request: CHECK }]);
    child.say({ type: 'progress', progress: { done: 3, total: 10, note: 'Demonstration 3' } });
    expect(jobs.state()).toMatchObject({
      kind: 'check',
      phase: 'running',
      done: 3,
      total: 10,
      note: 'Demonstration 3',
    });
    jobs.dismiss();
    expect(jobs.state()).not.toBeNull();
    child.say({ type: 'done', outcome: { note: 'One thing is wrong', report: [{ level: 'error', text: 'lost' }] } });
    await jobs.idle();
    expect(jobs.state()).toMatchObject({ phase: 'done', note: 'One thing is wrong', report: [{ level: 'error' }] });
    expect(child.state.kills).toBe(1);
    jobs.dismiss();
    expect(jobs.state()).toBeNull();
  });

  it('is one at a time', async () => {
    const { jobs, child } = workplace();
    jobs.start({ request: CHECK, title: 'Checking' });
    await settle();
    expect(() => jobs.start({ request: CHECK, title: 'Again' })).toThrow(/under way/);
    child.say(done);
    await jobs.idle();
    expect(() => jobs.start({ request: CHECK, title: 'Again' })).not.toThrow();
  });

  it('keeps its fault when it fails, also when its process dies or says nonsense', async () => {
    const cases: [(child: ReturnType<typeof puppet>) => void, string][] = [
      [(c) => c.say({ type: 'failed', fault: { kind: 'disk-full', message: 'full', tip: 'free some' } }), 'disk-full'],
      [(c) => c.exit(9), 'child-died'],
      [(c) => c.say(JSON.parse('{"type":"odd"}')), 'bad-input'],
    ];
    for (const [act, kind] of cases) {
      const { jobs, child } = workplace();
      jobs.start({ request: CHECK, title: 'Checking' });
      await settle();
      act(child);
      await jobs.idle();
      expect(jobs.state()).toMatchObject({ phase: 'failed', fault: { kind } });
    }
  });

  it('asks its process to stop when it is cancelled', async () => {
    const { jobs, child } = workplace();
    jobs.start({ request: CHECK, title: 'Checking' });
    await settle();
    jobs.cancel();
    expect(child.sent[1]).toEqual({ type: 'cancel' });
    child.say({ type: 'failed', fault: { kind: 'cancelled', message: 'stopped', tip: 'Nothing was changed.' } });
    await jobs.idle();
    expect(jobs.state()).toMatchObject({ phase: 'cancelled', fault: null, note: 'Nothing was changed.' });
  });

  it('closes what it must change before it begins and opens it again, whatever happens', async () => {
    for (const end of [done, { type: 'failed' as const, fault: { kind: 'corrupt', message: 'm', tip: 't' } }]) {
      const { jobs, child } = workplace();
      const steps: string[] = [];
      const step = (name: string) => async () => void steps.push(name);
      const plan = { before: step('close'), after: step('open'), finish: step('show') };
      jobs.start({ request: { kind: 'repair', dataset: '/d' }, title: 'Repairing', ...plan });
      await settle();
      expect(() => jobs.assertMayOpen()).toThrow(/repaired/);
      expect(() => jobs.assertMayEdit()).toThrow(/reading/);
      child.say(end);
      await jobs.idle();
      expect(steps).toEqual(end.type === 'done' ? ['close', 'open', 'show'] : ['close', 'open']);
      expect(() => jobs.assertMayOpen()).not.toThrow();
      expect(() => jobs.assertMayEdit()).not.toThrow();
    }
  });

  it('lets the open dataset be edited while another one is fetched', async () => {
    const { jobs } = workplace();
    jobs.start({ request: { kind: 'pull', repo: 'a/b', folder: '/new' }, title: 'Getting a/b' });
    expect(() => jobs.assertMayEdit()).not.toThrow();
  });
});

const root = join(__dirname, '..', '..');
/** Inside the checkout, where the built process finds node_modules. */
const out = join(root, 'out', `test-jobs-${process.pid}`);

describe('the process of a job', () => {
  beforeAll(async () => {
    await buildEntries({ 'job-process': 'src-main/station/job-process.ts' }, out);
  }, 60_000);
  afterAll(() => rm(out, { recursive: true, force: true }));

  const real = () =>
    new Jobs({ spawn: () => spawnChild<ToJob, FromJob>(join(out, 'job-process.js')), changed: () => {} });

  it('exports, imports what was exported, checks it, and repairs what was broken', async () => {
    const dataset = await sample();
    await dataset.close();
    const jobs = real();
    const run = async (request: JobRequest) => {
      jobs.start({ request, title: request.kind });
      await jobs.idle();
      return jobs.state();
    };
    const [tables, again] = [folder('tables'), folder('again')];
    const exported = await run({ kind: 'export', dataset: dataset.folder, format: 'csv', folder: tables });
    expect(exported).toMatchObject({ phase: 'done', note: expect.stringMatching(/^3 demonstrations, 70 rows/) });
    const imported = await run({ kind: 'import', source: tables, folder: again });
    expect(imported).toMatchObject({ phase: 'done', note: '3 demonstrations with 70 rows imported' });
    const video = join(again, 'videos/observation.images.front/chunk-000/file-002.mp4');
    expect(await run({ kind: 'check', dataset: again, deep: true })).toMatchObject({ note: 'Nothing is wrong' });
    rmSync(video);
    expect(await run({ kind: 'check', dataset: again, deep: false })).toMatchObject({
      phase: 'done',
      note: expect.stringMatching(/1 thing is wrong/),
      report: expect.arrayContaining([{ level: 'error', text: expect.stringMatching(/demonstration 2/) }]),
    });
    expect(await run({ kind: 'repair', dataset: again })).toMatchObject({ note: expect.stringMatching(/Repaired/) });
    const repaired = await openDataset(again);
    expect(repaired.list()).toHaveLength(2);
    await repaired.close();
    writeFileSync(join(again, 'meta/info.json'), 'nonsense');
    expect(await run({ kind: 'export', dataset: again, format: 'csv', folder: folder() })).toMatchObject({
      phase: 'failed',
      fault: { kind: 'corrupt' },
    });
  }, 120_000);

  it('stops when it is cancelled, and leaves nothing', async () => {
    const dataset = await sample([60, 60, 60, 60, 60, 60]);
    await dataset.close();
    const target = folder('copy');
    const jobs = real();
    const request: JobRequest = { kind: 'export', dataset: dataset.folder, format: 'csv', folder: target, fps: 25 };
    jobs.start({ request, title: 'Exporting' });
    await expect.poll(() => jobs.state()?.total, { timeout: 30_000 }).toBe(6);
    jobs.cancel();
    await jobs.idle();
    expect(jobs.state()).toMatchObject({ phase: 'cancelled' });
    expect(existsSync(target)).toBe(false);
  }, 120_000);
});
