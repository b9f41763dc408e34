import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainOptionsSchema } from '../../../src-main/core/learning';
import { type PracticeProgress, type PracticeResult, practiceOptionsSchema } from '../../../src-main/core/practice';
import { readCheckpoint } from '../../../src-main/learner/checkpoint';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { EXAM_STARTS, type Ground } from '../../../src-main/learner/rl/ground';
import { practise } from '../../../src-main/learner/rl/practise';
import { train } from '../../../src-main/learner/train';
import { shortDemonstrations, toyGround } from './toy-ground';

const demonstrations = shortDemonstrations(6);
let engine: Engine;
let home: string;
let policy: string;
beforeAll(async () => {
  engine = await openEngine();
  home = await mkdtemp(join(tmpdir(), 'understudy-practise-'));
  policy = join(home, 'cloned');
  const options = trainOptionsSchema.parse({
    dataset: '/fake',
    out: policy,
    name: 'cloned',
    policy: 'mlp',
    steps: 150,
    settings: { chunk: 2, execute: 2, environment: true, averageSteps: 20 },
    config: { hidden: [32, 32] },
  });
  await train(options, demonstrations, engine);
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

const small = {
  steps: 150,
  explore: 25,
  check: 12,
  exam: 30,
  noise: 1.5,
  rounds: 3,
  goal: 1,
  by: 'advantage' as const,
};
const run = (
  name: string,
  change: object = {},
  ground: Ground = toyGround(),
  watch: Parameters<typeof practise>[4] = {},
): Promise<PracticeResult> => {
  const options = practiceOptionsSchema.parse({ policy, out: join(home, name), name, ...small, ...change });
  return practise(options, demonstrations, ground, engine, watch);
};

describe('practice', () => {
  it('makes a policy that stops short, as it was shown, reach its goals; the same way for the same seed', async () => {
    const before = engine.tf.memory().numTensors;
    const first = await run('improved');
    expect(engine.tf.memory().numTensors).toBe(before);
    const { start, end, checkpoint } = first;
    if (!start || !end) throw new Error('a simulated practice is measured');
    expect(start.successes / start.trials).toBeLessThan(0.8);
    expect(end.successes).toBeGreaterThan(start.successes + 5);
    expect(checkpoint).toBe(join(home, 'improved'));
    const { file } = await readCheckpoint(join(home, 'improved'));
    expect(file.practice).toMatchObject({ parent: policy, parentName: 'cloned', end });
    const again = await run('again');
    expect(again.end).toEqual(end);
    expect((await readCheckpoint(join(home, 'again'))).weights).toEqual(
      (await readCheckpoint(join(home, 'improved'))).weights,
    );
  }, 60_000);

  it('never learns from the exam, which is the same for both', async () => {
    const ground = toyGround();
    const result = await run('exam', { rounds: 1 }, ground);
    const exams = ground.starts.filter((start) => start >= EXAM_STARTS);
    const practised = ground.starts.filter((start) => start < EXAM_STARTS);
    expect(practised).toHaveLength(result.rollouts);
    expect(new Set(exams).size).toBe(small.exam);
    expect(exams.length % small.exam).toBe(0);
  });

  it('saves nothing when nothing is better: where nobody ever succeeds', async () => {
    const result = await run('hopeless', { rounds: 1 }, toyGround(0));
    expect(result).toMatchObject({ checkpoint: null, learnt: 0, end: { successes: 0 } });
    await expect(readCheckpoint(join(home, 'hopeless'))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('gives back the start when what looked better in practice is worse in the exam', async () => {
    // In practice everything succeeds once the start policy has been checked; in the exam only the start policy does.
    const honest = toyGround();
    let tries = 0;
    const liar: Ground = {
      ...honest,
      async tryOut(spec, act, start) {
        const rollout = await honest.tryOut(spec, act, start);
        if (start >= EXAM_STARTS) return { ...rollout, success: tries === 0 };
        tries++;
        return { ...rollout, success: tries > small.check };
      },
    };
    const result = await run('worse', { rounds: 1 }, liar);
    expect(result).toMatchObject({
      checkpoint: null,
      start: { successes: small.exam },
      end: { successes: small.exam },
    });
    expect(result.note).toMatch(/won 0 of 30/);
  });

  it('stops soon when told to, and still proves what it keeps', async () => {
    const abort = new AbortController();
    const phases: PracticeProgress['phase'][] = [];
    const onProgress = (p: PracticeProgress): void => {
      phases.push(p.phase);
      if (p.round === 2) abort.abort();
    };
    const result = await run('stopped', { rounds: 100 }, toyGround(), { signal: abort.signal, onProgress });
    expect(result).toMatchObject({ cancelled: true, rounds: 2 });
    expect(phases).toContain('confirming');
  });

  it('refuses a policy that looks at pictures, and says what to do', async () => {
    await expect(run('none', { policy: join(home, 'nowhere') })).rejects.toMatchObject({ kind: 'not-found' });
  });
});
