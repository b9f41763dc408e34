import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EpisodeDraft } from '../../src-main/core/episode';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { fill, inside } from '../../src-main/dataset/layout';
import { snapshot } from './broken-disk';
import { encodeClip } from './clip';
import { draft, folder, row, SPEC } from './draft';

async function sample(): Promise<string> {
  const path = folder();
  const dataset = await createDataset(path, SPEC);
  await dataset.add(draft(5));
  await dataset.add(draft(5, { seed: 1 }));
  return path;
}
function editInfo(path: string, edit: (info: Record<string, ReturnType<typeof JSON.parse>>) => void): void {
  const file = join(path, 'meta/info.json');
  const info = JSON.parse(readFileSync(file, 'utf8'));
  edit(info);
  writeFileSync(file, JSON.stringify(info));
}

describe('a wrong folder', () => {
  it('is refused with what to do', async () => {
    const path = folder();
    await expect(openDataset(path)).rejects.toMatchObject({ kind: 'not-found', tip: expect.stringContaining('meta') });
    mkdirSync(path);
    writeFileSync(join(path, 'letter.txt'), 'dear');
    await expect(openDataset(path)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(createDataset(path, SPEC)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining('letter.txt'),
    });
    const used = await sample();
    await expect(createDataset(used, SPEC)).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(openDataset(join(path, 'letter.txt'))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is told apart: an unknown LeRobot version, no joints, another shape', async () => {
    const old = await sample();
    editInfo(old, (info) => (info.codebase_version = 'v1.6'));
    await expect(openDataset(old)).rejects.toMatchObject({
      kind: 'incompatible',
      tip: expect.stringContaining('Convert'),
    });
    const foreign = await sample();
    editInfo(foreign, (info) => {
      delete info.understudy;
      delete info.features['observation.state'];
    });
    await expect(openDataset(foreign)).rejects.toMatchObject({ kind: 'incompatible' });
    const shape = await sample();
    editInfo(shape, (info) => (info.features.action.shape = [7]));
    await expect(openDataset(shape)).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('action'),
    });
    const absurd = await sample();
    editInfo(absurd, (info) => (info.features.action.shape = [1e12]));
    await expect(openDataset(absurd)).rejects.toMatchObject({ kind: 'corrupt' });
    const text = await sample();
    writeFileSync(join(text, 'meta/info.json'), '{"fps": 30');
    await expect(openDataset(text)).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('JSON'),
    });
  });

  it('cannot make us read or write outside of it', async () => {
    for (const path of ['../../etc/{file_index}.parquet', '/etc/file-{file_index}.parquet', 'data/{evil}.parquet']) {
      const set = await sample();
      editInfo(set, (info) => (info.data_path = path));
      await expect(openDataset(set)).rejects.toMatchObject({ kind: 'corrupt' });
    }
    expect(() => inside('/data/set', 'meta/../../x')).toThrow(/leads out/);
    expect(fill('a/{video_key}/{chunk_index:03d}-{file_index}', { chunk: 7, file: 12 }, 'k')).toBe('a/k/007-12');
    const set = await sample();
    mkdirSync(join(set, '.understudy'), { recursive: true });
    const journal = {
      version: 1,
      id: '999999999-x',
      pid: 999999999,
      moves: [['meta/info.json', '../stolen']],
      remove: ['../..'],
    };
    writeFileSync(join(set, '.understudy/journal.json'), JSON.stringify(journal));
    await expect(openDataset(set)).rejects.toMatchObject({ kind: 'corrupt' });
  });
});

describe('damaged files', () => {
  it('spoil only the episode they belong to', async () => {
    const path = await sample();
    const file = join(path, 'data/chunk-000/file-000.parquet');
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const dataset = await openDataset(path);
    await expect(dataset.read(0)).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('file-000.parquet'),
    });
    expect((await dataset.read(1)).rows.length).toBe(5);
    rmSync(file);
    await expect(dataset.read(0)).rejects.toMatchObject({ kind: 'not-found' });
    expect(await dataset.add(draft(5, { seed: 2 }))).toMatchObject({ index: 2 });
    await dataset.remove(0);
    expect((await (await openDataset(path)).read(1)).rows[0]?.t).toBe(draft(1, { seed: 2 }).rows[0]?.t);
  });

  it('are named when the tables are among them', async () => {
    for (const name of ['meta/episodes/chunk-000/file-000.parquet', 'meta/tasks.parquet']) {
      const path = await sample();
      truncateSync(join(path, name), 40);
      await expect(openDataset(path)).rejects.toMatchObject({
        kind: 'corrupt',
        message: expect.stringContaining(name),
      });
      rmSync(join(path, name));
      await expect(openDataset(path)).rejects.toThrow();
    }
  });

  it('include a missing video, which is said when it is asked for', async () => {
    const path = folder();
    const dataset = await createDataset(path, { ...SPEC, cameras: [{ name: 'front', width: 64, height: 48 }] });
    await dataset.add(draft(4, { videos: { front: await encodeClip(4) } }));
    expect(() => dataset.video(0, 'side')).toThrow(
      expect.objectContaining({ kind: 'not-found', tip: 'Its cameras: front.' }),
    );
    rmSync(dataset.video(0, 'front').file);
    expect(() => dataset.video(0, 'front')).toThrow(expect.objectContaining({ kind: 'not-found' }));
    expect((await dataset.read(0)).rows.length).toBe(4);
  });

  it('get their totals put right from the episode table', async () => {
    const path = await sample();
    editInfo(path, (info) => (info.total_frames = 3));
    await openDataset(path);
    expect(JSON.parse(readFileSync(join(path, 'meta/info.json'), 'utf8')).total_frames).toBe(10);
  });
});

describe('a demonstration that does not fit', () => {
  it('is refused before anything is written', async () => {
    const path = folder();
    const dataset = await createDataset(path, { ...SPEC, cameras: [{ name: 'front', width: 64, height: 48 }] });
    const front = await encodeClip(5);
    const good = draft(5, { videos: { front } });
    await dataset.add(good);
    const before = snapshot(path);
    const bad: [Partial<EpisodeDraft>, string][] = [
      [{ rows: [] }, 'bad-input'],
      [{ task: '  ' }, 'bad-input'],
      [{ rows: [...good.rows.slice(0, 4), { ...row(4), state: [1, Number.NaN, 0] }] }, 'bad-input'],
      [{ rows: [...good.rows.slice(0, 4), { ...row(4), action: [1, 2] }] }, 'incompatible'],
      [{ rows: [...good.rows.slice(0, 4), { ...row(4), environment: [] }] }, 'incompatible'],
      [{ rows: [...good.rows.slice(0, 4), { ...row(4), t: 1 }] }, 'bad-input'],
      [{ videos: {} }, 'incompatible'],
      [{ videos: { front, side: front } }, 'incompatible'],
      [{ videos: { front: { ...front, frames: front.frames.slice(1) } } }, 'bad-input'],
      [{ videos: { front: { ...front, width: 32 } } }, 'incompatible'],
      [{ videos: { front: { ...front, codec: 'vp09.00.10.08' } } }, 'incompatible'],
      [{ videos: { front: { ...front, frames: front.frames.map((f) => ({ ...f, key: false })) } } }, 'bad-input'],
    ];
    for (const [change, kind] of bad) await expect(dataset.add({ ...good, ...change })).rejects.toMatchObject({ kind });
    await expect(dataset.remove(7)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(dataset.relabel(0, { task: '' })).rejects.toMatchObject({ kind: 'bad-input' });
    expect(snapshot(path)).toEqual(before);
    expect(await dataset.add(good)).toMatchObject({ index: 1 });
  });

  it('is refused when another program changed the folder meanwhile', async () => {
    const path = await sample();
    const [mine, theirs] = [await openDataset(path), await openDataset(path)];
    await theirs.add(draft(5, { seed: 2 }));
    await expect(mine.add(draft(5, { seed: 3 }))).rejects.toMatchObject({ kind: 'busy' });
    expect((await openDataset(path)).list().length).toBe(3);
  });

  it('finds no dataset made of nonsense', async () => {
    const twice = [
      { name: 'a', unit: 'rad' as const },
      { name: 'a', unit: 'rad' as const },
    ];
    await expect(createDataset(folder(), { ...SPEC, joints: twice })).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(
      createDataset(folder(), { ...SPEC, cameras: [{ name: '../x', width: 1, height: 1 }] }),
    ).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(createDataset(folder(), { ...SPEC, fps: 29.97 })).rejects.toMatchObject({ kind: 'bad-input' });
  });
});
