import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainOptionsSchema } from '../../../src-main/core/learning';
import { loadPolicy, readPolicyFile } from '../../../src-main/learner/checkpoint';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { openMeter, readReference } from '../../../src-main/learner/insight/meter';
import { train } from '../../../src-main/learner/train';
import { fakeDataset, row } from '../fake-dataset';

/** Eight demonstrations side by side; the third joint never moves, and two columns tell where a thing is. */
const dataset = fakeDataset(
  Array.from({ length: 8 }, (_, e) => ({
    rows: Array.from({ length: 100 }, (_, k) =>
      row([e / 8, k / 100, 0.3], [e / 8, (k + 1) / 100, 0.3], [Math.sin(e), Math.cos(e)]),
    ),
  })),
);
const seen = (joints: number[], environment: number[]) => ({ t: 0, joints, environment });

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await openEngine('auto');
  folder = join(await mkdtemp(join(tmpdir(), 'understudy-reference-')), 'policy');
  const options = { dataset: '/fake', out: folder, name: 'p', policy: 'mlp', steps: 3, compile: false };
  await train(trainOptionsSchema.parse(options), dataset, engine);
}, 60_000);
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('how new an observation is to a policy', () => {
  it('is little where it was shown, usual between the demonstrations, and much where nobody ever was', async () => {
    const meter = await openMeter(folder);
    if (!meter) throw new Error('the checkpoint keeps no reference');
    const { dataset: used } = await readPolicyFile(folder);
    const e = used.episodes.train[2] as number;
    const shown = meter(seen([e / 8, 0.5, 0.3], [Math.sin(e), Math.cos(e)]));
    const held = used.episodes.heldOut[0] as number;
    const unseen = meter(seen([held / 8, 0.5, 0.3], [Math.sin(held), Math.cos(held)]));
    const far = meter(seen([-2, 3, 0.3], [5, 5]));
    expect(shown).toBeLessThan(0.2);
    expect(unseen).toBeGreaterThan(shown);
    expect(unseen).toBeLessThan(1.2);
    expect(far).toBeGreaterThan(3);
    // What never varied was never told apart.
    expect(meter(seen([e / 8, 0.5, 9], [Math.sin(e), Math.cos(e)]))).toBeCloseTo(shown);
  });

  it('keeps at most 512 rows, in a file of its own', async () => {
    const file = await readPolicyFile(folder);
    const reference = await readReference(folder, file);
    expect(reference?.width).toBe(5);
    expect(reference?.rows.length).toBe(512 * 5);
    expect(file.reference?.median).toBeLessThanOrEqual(file.reference?.p95 ?? 0);
    expect((await readFile(join(folder, 'reference.bin'))).length).toBe(512 * 5 * 4);
  });

  it('is not told from changed rows; a policy without them, or with damaged ones, still drives', async () => {
    const file = await readPolicyFile(folder);
    await writeFile(join(folder, 'reference.bin'), 'something else');
    await expect(openMeter(folder)).rejects.toMatchObject({ kind: 'corrupt' });
    const { reference: _, ...older } = JSON.parse(await readFile(join(folder, 'policy.json'), 'utf8'));
    await writeFile(join(folder, 'policy.json'), JSON.stringify(older));
    expect(await openMeter(folder)).toBeNull();
    expect(await readReference(folder, { ...file, reference: undefined })).toBeNull();
    const policy = await loadPolicy(folder, engine);
    expect(await policy.act([seen([0, 0, 0.3], [0, 1])])).toHaveLength(policy.spec.chunk);
    policy.dispose();
    expect(await openMeter(join(folder, 'nowhere'))).toBeNull();
  });
});
