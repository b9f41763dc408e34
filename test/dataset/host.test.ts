import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fault } from '../../src-main/core/fault';
import { createDataset } from '../../src-main/dataset/dataset';
import { DatasetHost } from '../../src-main/dataset/host-client';
import { type HostProcess, hostInThisProcess } from '../../src-main/dataset/host-process';
import { breathe, defineFreeWork, defineWork } from '../../src-main/dataset/host-work';
import { spawnChild } from '../../src-main/learner/launch';
import { encodeClip } from './clip';
import { draft, folder, SPEC } from './draft';

const root = join(__dirname, '../..');
const built = join(root, 'out', `test-host-${process.pid}`);
const entry = join(built, 'dataset-worker.cjs');
const hosts: DatasetHost[] = [];
const host = (spawn: ConstructorParameters<typeof DatasetHost>[0]): DatasetHost => {
  const made = new DatasetHost(spawn);
  hosts.push(made);
  return made;
};

beforeAll(async () => {
  const bundle = await rolldown({
    input: join(root, 'src-main/station/dataset-worker.ts'),
    platform: 'node',
    external: /^[^./]/,
    logLevel: 'silent',
  });
  await bundle.write({ file: entry, format: 'cjs', codeSplitting: false });
});
afterAll(() => {
  for (const one of hosts) one.close();
  rmSync(built, { recursive: true, force: true });
});

const count = defineWork('test.count', z.object({ add: z.number().int() }), async (dataset, { add }) => {
  for (let n = 0; n < add; n++) await dataset.add(draft(5, { seed: n }));
  return { episodes: dataset.list().length };
});
const slow = defineFreeWork('test.slow', z.object({ steps: z.number() }), async ({ steps }, report, signal) => {
  for (let done = 0; done < steps; done++) {
    report({ done, total: steps, note: `step ${done}` });
    await breathe(signal);
  }
  return 'ready';
});

describe('a dataset in its own process', () => {
  it('is made, filled with rows and pictures, edited and read as if it were here', async () => {
    const path = folder();
    const spec = { ...SPEC, cameras: [{ name: 'front', width: 64, height: 48 }] };
    const dataset = await host(() => spawnChild(entry)).createDataset(path, spec);
    expect(dataset.list()).toEqual([]);
    expect(dataset.spec).toEqual(spec);
    const clip = await encodeClip(6);
    const added = await dataset.add(draft(6, { videos: { front: clip } }));
    expect(dataset.list()).toEqual([added]);
    expect(dataset.list()).toBe(dataset.list());
    expect(dataset.video(0, 'front')).toMatchObject({ file: expect.stringContaining(path), to: 6 / 30 });
    expect(() => dataset.video(0, 'wrist')).toThrow('no camera wrist');
    expect((await dataset.read(0)).rows.map((row) => row.t)).toEqual(draft(6).rows.map((row) => row.t));
    await dataset.add(draft(6, { seed: 1, videos: { front: clip } }));
    await dataset.relabel(1, { task: 'reach', success: false });
    expect(dataset.list()[1]).toMatchObject({ task: 'reach', success: false });
    await dataset.remove(0);
    expect(dataset.list()).toMatchObject([{ index: 0, task: 'reach' }]);
    await expect(dataset.read(7)).rejects.toMatchObject({ kind: 'not-found', tip: expect.stringMatching(/.+/) });
    await dataset.close();
  });

  it('takes every pending call with it when it dies, and is there again for the next one', async () => {
    const path = folder();
    const children: HostProcess[] = [];
    const owner = host(() => {
      const child: HostProcess = spawnChild(entry);
      children.push(child);
      return child;
    });
    const dataset = await owner.createDataset(path, SPEC);
    await dataset.add(draft(5));
    const calls = Promise.allSettled([dataset.add(draft(5, { seed: 1 })), dataset.read(0)]);
    children[0]?.kill();
    const failed = (await calls).filter((call) => call.status === 'rejected');
    expect(failed.map((call) => call.reason.kind)).toContain('child-died');
    await dataset.add(draft(5, { seed: 2 }));
    expect(children).toHaveLength(2);
    const lengths = dataset.list().length;
    expect([2, 3]).toContain(lengths);
    expect((await dataset.read(lengths - 1)).rows[0]?.t).toBe(draft(5, { seed: 2 }).rows[0]?.t);
  });

  it('refuses a folder that is no dataset, and leaves it as it is', async () => {
    const path = join(folder(), '..');
    writeFileSync(join(path, 'beach.jpg'), 'no');
    await expect(host(() => hostInThisProcess()).openDataset(path)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('work in the process', () => {
  it('changes the open dataset, and the list is right when it is done', async () => {
    const dataset = await host(() => hostInThisProcess([count])).createDataset(folder(), SPEC);
    expect(await dataset.run(count, { add: 3 })).toEqual({ episodes: 3 });
    expect(dataset.list().map((info) => info.index)).toEqual([0, 1, 2]);
    await dataset.remove(1);
    expect(dataset.list().map((info) => info.index)).toEqual([0, 1]);
  });

  it('reports on the way and ends when it is cancelled', async () => {
    const owner = host(() => hostInThisProcess([slow]));
    const notes: string[] = [];
    expect(await owner.run(slow, { steps: 3 }, { onProgress: (p) => notes.push(p.note ?? '') })).toBe('ready');
    expect(notes).toEqual(['step 0', 'step 1', 'step 2']);
    const abort = new AbortController();
    const work = owner.run(slow, { steps: 1e9 }, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(work).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('refuses parameters that do not parse, and passes faults on as they are', async () => {
    const fails = defineFreeWork('test.fails', z.undefined(), () => {
      throw fault('no-gamepad', 'none', 'plug one in');
    });
    const owner = host(() => hostInThisProcess([slow, fails]));
    const wrong = { steps: 'many' } as unknown as { steps: number };
    await expect(owner.run(slow, wrong)).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(owner.run(fails, undefined)).rejects.toMatchObject({ kind: 'no-gamepad', tip: 'plug one in' });
  });

  it('of a dataset needs one that is open', async () => {
    const path = folder();
    await (await createDataset(path, SPEC)).close();
    const owner = host(() => hostInThisProcess([count]));
    const dataset = await owner.openDataset(path);
    await dataset.close();
    await expect(dataset.run(count, { add: 1 })).rejects.toMatchObject({ kind: 'not-found' });
  });
});
