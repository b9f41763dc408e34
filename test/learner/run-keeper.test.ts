import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { trainOptionsSchema } from '../../src-main/core/learning';
import type { FitState } from '../../src-main/learner/fit';
import { METHODS } from '../../src-main/learner/policies';
import { findUnfinished, RunKeeper } from '../../src-main/learner/run-keeper';
import { readRunState } from '../../src-main/learner/run-state';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'understudy-keeper-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const vector = (seed: number) => Float32Array.from({ length: 5 }, (_, i) => Math.sin(seed * 10 + i));
const state: FitState = {
  optimiser: { steps: 70, weights: vector(1), average: vector(2), m: vector(3), v: vector(4) },
  elapsed: 12.5,
  best: { weights: vector(5), epoch: 3, heldOutLoss: Number.NaN },
  lowest: Number.NaN,
  lowestAt: 0.25,
};
const curve = [{ epoch: 1, train: 0.5, heldOut: Number.NaN }];
const options = (change: object = {}) =>
  trainOptionsSchema.parse({ dataset: '/set', out: join(scratch, 'p'), name: 'x', policy: 'mlp', ...change });
const plan = {
  ...{ kind: 'mlp' as const, settings: METHODS.mlp.settings, cameras: [], reasons: ['Because.'] },
  config: { hidden: [8, 8] },
};

it('gives back what it kept, bit by bit, also what was never measured', async () => {
  const keeper = new RunKeeper(options(), plan, 'hash', 5);
  await keeper.keep(async () => state, curve);
  expect(await readRunState(join(scratch, 'p'))).toEqual({ options: options(), plan, hash: 'hash', curve, fit: state });
  await keeper.discard();
  expect(await readRunState(join(scratch, 'p'))).toBeNull();
});

it('keeps the state at once, then every ten seconds; less often where that takes long', async () => {
  let now = 0;
  let copies = 0;
  let cost = 0;
  const keeper = new RunKeeper(options(), plan, 'hash', 5, () => now);
  const copy = async () => {
    copies++;
    now += cost;
    return state;
  };
  const lookFor = async (seconds: number) => {
    copies = 0;
    for (const end = now + seconds; now < end; now++) await keeper.look(copy, curve);
    return copies;
  };
  expect(await lookFor(2)).toBe(1);
  expect(await lookFor(100)).toBe(10);
  cost = 3;
  // Three seconds are three hundredths of a hundred.
  expect(await lookFor(1000)).toBeLessThanOrEqual(10);
  const large = new RunKeeper(options(), plan, 'hash', 50e6, () => now);
  const begin = now;
  for (copies = 0; copies === 0; now++) await large.look(copy, curve);
  expect(now - begin).toBeGreaterThan(300);
});

it('goes on only with a training of the same settings; a name and the way to compute do not count', async () => {
  await new RunKeeper(options({ config: { hidden: [8, 8] }, settings: { chunk: 4, batch: 8 } }), plan, 'hash', 5).keep(
    async () => state,
    curve,
  );
  const same = {
    name: 'y',
    compile: false,
    engine: 'wasm',
    config: { hidden: [8, 8] },
    settings: { batch: 8, chunk: 4 },
  };
  expect((await findUnfinished(options(same))).state).not.toBeNull();
  const other = await findUnfinished(options({ ...same, seed: 1 }));
  expect(other).toMatchObject({ state: null, notice: expect.stringMatching(/other settings/) });
});

it('says so when the disk refuses, and lets the training go on', async () => {
  await writeFile(join(scratch, 'file'), '');
  const keeper = new RunKeeper(options({ out: join(scratch, 'file', 'p') }), plan, 'hash', 5);
  await keeper.keep(async () => state, curve);
  expect(keeper.notice).toMatch(/cannot be written/);
  expect(await findUnfinished(options())).toEqual({ state: null, notice: null });
});
