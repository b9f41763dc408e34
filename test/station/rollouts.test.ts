import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TrainerClient } from '../../src-main/learner/client';
import { spawnChild } from '../../src-main/learner/launch';
import { recordDemonstrations } from '../../src-main/station/laboratory';
import { type FromRollouts, fromRolloutsSchema, type ToRollouts } from '../../src-main/station/rollout-messages';
import { buildEntries } from '../support/build';

const out = join(__dirname, '..', '..', 'out', `test-rollouts-${process.pid}`);
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'understudy-rollouts-'));
  const entries = { trainer: 'src-main/learner/trainer.ts', 'rollout-process': 'src-main/station/rollout-process.ts' };
  await buildEntries(entries, out);
}, 120_000);

afterAll(async () => {
  await rm(out, { recursive: true, force: true });
  await rm(scratch, { recursive: true, force: true });
});

it('tries a checkpoint in a simulated world of its own, the same each time, and says what is wrong with a bad one', async () => {
  const dataset = join(scratch, 'set');
  await recordDemonstrations({ task: 'reach', folder: dataset, episodes: 2, seed: 1 });
  const trainer = new TrainerClient(spawnChild(join(out, 'trainer.js')));
  const checkpoint = join(scratch, 'policy');
  await trainer.train({ dataset, out: checkpoint, name: 'x', policy: 'mlp', untrained: true });
  trainer.close();

  const child = spawnChild<ToRollouts, FromRollouts>(join(out, 'rollout-process.js'));
  const roll = (folder: string) =>
    new Promise<unknown>((resolve) => {
      const off = child.onMessage((message) => {
        off();
        resolve(fromRolloutsSchema.parse(message));
      });
      child.send({ type: 'roll', checkpoint: folder, task: 'reach', trials: 2, seed: 1 });
    });
  const once = await roll(checkpoint);
  expect(once).toMatchObject({ type: 'rolled', trials: 2 });
  expect(await roll(checkpoint)).toEqual(once);
  expect(await roll(join(scratch, 'nowhere'))).toMatchObject({ type: 'failed', fault: { kind: 'not-found' } });
  child.kill();
}, 120_000);
