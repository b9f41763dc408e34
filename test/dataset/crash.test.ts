import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dataset, EncodedVideo } from '../../src-main/core/episode';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { BrokenDisk, snapshot } from './broken-disk';
import { encodeClip } from './clip';
import { draft, folder, SPEC } from './draft';

const LENGTH = 6;
const spec = { ...SPEC, cameras: [{ name: 'front', width: 64, height: 48 }] };
let clip: EncodedVideo | undefined;
const take = async (seed: number, task = 'push the cube') => {
  clip ??= await encodeClip(LENGTH);
  return draft(LENGTH, { seed, task, videos: { front: clip } });
};

/** Three episodes, told apart by their first row's time. */
async function prepared(): Promise<string> {
  const path = folder();
  const dataset = await createDataset(path, spec);
  for (const seed of [0, 1, 2]) await dataset.add({ ...(await take(seed)), id: `take-${seed}` });
  return path;
}

/** What the folder holds: per episode the seed and the rows it has, task and success. Finds every video and the trash. */
async function content(path: string): Promise<string[]> {
  const dataset = await openDataset(path);
  const episodes = dataset.list().map(async (info) => {
    const { rows } = await dataset.read(info.index);
    expect(rows.length).toBe(info.length);
    dataset.video(info.index, 'front');
    const numbers = rows.map(({ t }) => Math.floor((t - 99) / 1000) * 10 + Math.round((((t - 99) % 1000) - 1) * 30));
    return `${numbers.join()} ${info.task} ${info.success}`;
  });
  const trash = (await dataset.trash()).map((entry) => `trash ${entry.id} ${entry.bytes > 100}`);
  return [...(await Promise.all(episodes)), ...trash.sort()];
}

const rows = (seed: number, from = 0, to = LENGTH) =>
  Array.from({ length: to - from }, (_, k) => seed * 10 + from + k).join();
const whole = (seed: number, label = 'push the cube true') => `${rows(seed)} ${label}`;
const OLD = [whole(0), whole(1), whole(2)];
const CHANGES: Record<string, { change: (dataset: Dataset) => Promise<unknown>; after: string[] }> = {
  add: { change: async (dataset) => dataset.add(await take(3, 'reach')), after: [...OLD, whole(3, 'reach true')] },
  remove: { change: (dataset) => dataset.remove(1), after: [whole(0), whole(2), 'trash take-1 true'] },
  relabel: {
    change: (dataset) => dataset.relabel(1, { task: 'reach', success: false }),
    after: [whole(0), whole(1, 'reach false'), whole(2)],
  },
  trim: {
    change: (dataset) => dataset.edit({ kind: 'trim', episode: 1, from: 2, to: 4 }),
    after: [whole(0), `${rows(1, 2, 4)} push the cube true`, whole(2), 'trash take-1 true'],
  },
  split: {
    change: (dataset) => dataset.edit({ kind: 'split', episode: 0, at: [2] }),
    after: [
      `${rows(0, 0, 2)} push the cube true`,
      `${rows(0, 2)} push the cube true`,
      whole(1),
      whole(2),
      'trash take-0 true',
    ],
  },
  merge: {
    change: (dataset) => dataset.edit({ kind: 'merge', episodes: [2, 0] }),
    after: [whole(1), `${rows(2)},${rows(0)} push the cube true`, 'trash take-0 true', 'trash take-2 true'],
  },
};

describe.each(Object.entries(CHANGES))('%s', (_, { change, after }) => {
  it('leaves the old or the new dataset, whole, wherever the power is cut', async () => {
    const origin = await prepared();
    const seen = new Set<string>();
    for (let n = 0; ; n++) {
      const path = folder();
      cpSync(origin, path, { recursive: true });
      const disk = new BrokenDisk(n, true);
      const done = await openDataset(path, disk)
        .then(change)
        .then(
          () => true,
          () => false,
        );
      const found = await content(path);
      expect([OLD, after]).toContainEqual(found);
      if (done) expect(found).toEqual(after);
      seen.add(String(found));
      expect(Object.keys(snapshot(path)).filter((name) => name.startsWith('.understudy'))).toEqual([]);
      if (!disk.broke) break;
      expect(n).toBeLessThan(100);
    }
    expect(seen.size).toBe(2);
  });

  it('leaves the folder as it was when it fails, and works when tried again', async () => {
    const origin = await prepared();
    let failures = 0;
    for (let n = 0; ; n++) {
      const path = folder();
      cpSync(origin, path, { recursive: true });
      const disk = new BrokenDisk(n, false);
      const before = snapshot(path);
      const dataset = await openDataset(path, disk);
      try {
        await change(dataset);
      } catch (error) {
        failures++;
        expect(error).toMatchObject({ kind: 'disk-full', tip: expect.stringContaining('space') });
        expect(snapshot(path)).toEqual(before);
        await change(dataset);
      }
      expect(await content(path)).toEqual(after);
      if (!disk.broke) break;
      expect(n).toBeLessThan(100);
    }
    expect(failures).toBeGreaterThan(5);
  });
});

describe.each([
  ['undo', (dataset: Dataset) => dataset.undo(), OLD],
  ['emptying the trash', (dataset: Dataset) => dataset.emptyTrash(), [whole(0)]],
] as const)('%s', (_, change, after) => {
  it('leaves what was or what is wanted, whole, wherever the power is cut', async () => {
    const seen = new Set<string>();
    for (let n = 0; ; n++) {
      const path = await prepared();
      let disk = new BrokenDisk(Infinity, true);
      const switchable = new Proxy(disk, { get: (_target, key) => Reflect.get(disk, key, disk) });
      const dataset = await openDataset(path, switchable);
      await dataset.edit({ kind: 'remove', episodes: [1, 2] });
      const before = [whole(0), 'trash take-1 true', 'trash take-2 true'];
      disk = new BrokenDisk(n, true);
      const done = await change(dataset).then(
        () => true,
        () => false,
      );
      const found = await content(path);
      expect([before, after]).toContainEqual(found);
      if (done) expect(found).toEqual(after);
      seen.add(String(found));
      if (!disk.broke) break;
    }
    expect(seen.size).toBe(2);
  });
});

describe('a disk that goes away', () => {
  it('never stores a demonstration twice when saving it is tried again', async () => {
    const origin = await prepared();
    let pending = 0;
    for (let n = 0; ; n++) {
      const path = folder();
      cpSync(origin, path, { recursive: true });
      let disk = new BrokenDisk(n, true);
      const switchable = new Proxy(disk, { get: (_, key) => Reflect.get(disk, key, disk) });
      const dataset = await openDataset(path, switchable);
      const demonstration = await take(3, 'reach');
      const failed = await dataset.add(demonstration).then(
        () => false,
        () => true,
      );
      if (!disk.broke) break;
      disk = new BrokenDisk(Infinity, false);
      if (failed) {
        if (dataset.list().length === 4) pending++;
        expect(await dataset.add(demonstration)).toMatchObject({ index: 3, task: 'reach' });
      }
      expect(await content(path)).toEqual(CHANGES.add?.after);
      expect(await dataset.add(await take(4))).toMatchObject({ index: 4 });
    }
    expect(pending).toBeGreaterThan(0);
  });

  it('is told apart from a folder without permission', async () => {
    const path = await prepared();
    const dataset = await openDataset(path, new BrokenDisk(0, true, 'EACCES'));
    await expect(dataset.remove(0)).rejects.toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('Removing the episode'),
    });
    const frozen = await openDataset(path, new BrokenDisk(0, true, 'EROFS'));
    expect((await frozen.read(2)).length).toBe(LENGTH);
    await expect(frozen.relabel(0, { success: false })).rejects.toMatchObject({ kind: 'read-only' });
  });
});
