import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src-main/core/edit';
import type { Dataset, EncodedVideo } from '../../src-main/core/episode';
import { createDataset, decodeFrames, openDataset } from '../../src-main/dataset/dataset';
import { encodeClip } from './clip';
import { draft, folder, SPEC } from './draft';
import { checkRules } from './rules';

const SIZE = 8;
const spec = { ...SPEC, cameras: [{ name: 'front', width: 64, height: 48 }] };
const clips = new Map<number, Promise<EncodedVideo>>();
/** Picture k of episode `seed` has a grey of its own. */
const clip = (seed: number): Promise<EncodedVideo> => {
  const grey = (k: number) => 16 + (seed * SIZE + k) * 6;
  const made =
    clips.get(seed) ??
    encodeClip(SIZE, 64, 48, (k) => [
      [grey(k), grey(k), grey(k)],
      [0, 0, 0],
    ]);
  clips.set(seed, made);
  return made;
};

/** What one sees of an episode: rows and pictures by the number they were recorded under, and the labels. */
async function seen(dataset: Dataset): Promise<string[]> {
  const all: string[] = [];
  for (const info of dataset.list()) {
    const { rows } = await dataset.read(info.index);
    const numbers = rows.map((row) => {
      const seed = Math.floor((row.t - 90) / 1000);
      return seed * SIZE + Math.round((row.t - 100 - seed * 1000) * 30);
    });
    const { file, from, to } = dataset.video(info.index, 'front');
    const pictures: number[] = [];
    await decodeFrames(file, {
      from,
      to,
      count: info.length,
      width: 2,
      height: 1,
      onFrame: (_, rgb) => pictures.push(Math.round(((rgb[0] as number) - 16) / 6)),
    });
    expect(pictures, `pictures of ${info.id}`).toEqual(numbers);
    all.push(`${info.id} ${numbers.join()} ${info.task} ${info.success} ${info.tags.join()}`);
  }
  return all;
}

async function four(): Promise<Dataset> {
  const dataset = await createDataset(folder(), spec);
  for (const seed of [0, 1, 2, 3])
    await dataset.add({ ...draft(SIZE, { seed, videos: { front: await clip(seed) } }), id: `take-${seed}` });
  return dataset;
}

/** An edit that the dataset allows, chosen by four numbers. */
async function choose(dataset: Dataset, [kind, a, b, c]: readonly number[]): Promise<Edit | null> {
  const n = dataset.list().length;
  const pick = (x = 0, of = n) => Math.floor(x * of) % Math.max(1, of);
  const episode = pick(a);
  const length = dataset.list()[episode]?.length ?? 0;
  switch (Math.floor((kind ?? 0) * 6)) {
    case 0:
      return n > 1 ? { kind: 'remove', episodes: [...new Set([episode, pick(b)])] } : null;
    case 1: {
      const from = pick(b, length);
      return n > 0 ? { kind: 'trim', episode, from, to: from + 1 + pick(c, length - from) } : null;
    }
    case 2:
      return length > 2 ? { kind: 'split', episode, at: [1 + pick(b, length - 1), 1 + pick(c, length - 1)] } : null;
    case 3:
      return n > 1 && pick(b) !== episode ? { kind: 'merge', episodes: [episode, pick(b)] } : null;
    case 4:
      return n > 0
        ? {
            kind: 'relabel',
            episodes: [episode],
            label: { task: `task ${pick(b, 3)}`, success: pick(c, 2) === 0, tags: ['slow'] },
          }
        : null;
    default: {
      const trash = await dataset.trash();
      const entry = trash[pick(a, trash.length)];
      return entry ? { kind: 'restore', ids: [entry.id] } : null;
    }
  }
}

const number = fc.double({ min: 0, max: 0.999, noNaN: true });
describe('any sequence of edits', () => {
  it('keeps the rules of the format, and is gone without a trace when it is undone', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(number, number, number, number), { minLength: 1, maxLength: 6 }),
        async (plan) => {
          const dataset = await four();
          const states = [await seen(dataset)];
          for (const step of plan) {
            const edit = await choose(dataset, step);
            if (!edit) continue;
            await dataset.edit(edit);
            if (dataset.editState().redo !== null) throw new Error('an edit leaves something to redo');
            await checkRules(dataset.folder);
            const now = await seen(dataset);
            if (JSON.stringify(now) !== JSON.stringify(states[states.length - 1])) states.push(now);
            else if (edit.kind !== 'relabel' && edit.kind !== 'trim') throw new Error(`${edit.kind} did nothing`);
          }
          const trash = (await dataset.trash()).length;
          const last = states[states.length - 1];
          let undone = 0;
          while ((await dataset.undo()) !== null) undone++;
          await checkRules(dataset.folder);
          expect(await seen(dataset)).toEqual(states[0]);
          expect(await dataset.trash()).toEqual([]);
          for (let k = 0; k < undone; k++) expect(await dataset.redo()).not.toBeNull();
          expect(await dataset.redo()).toBeNull();
          await checkRules(dataset.folder);
          expect(await seen(dataset)).toEqual(last);
          expect((await dataset.trash()).length).toBe(trash);
          expect(await seen(await openDataset(dataset.folder))).toEqual(last);
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('edits', () => {
  it('trim and split show another part of the same video file, and leave it when one part goes', async () => {
    const dataset = await four();
    const { file } = dataset.video(1, 'front');
    await dataset.edit({ kind: 'split', episode: 1, at: [3, 5] });
    expect([1, 2, 3].map((k) => dataset.video(k, 'front').file)).toEqual([file, file, file]);
    await dataset.edit({ kind: 'trim', episode: 2, from: 1, to: 2 });
    expect(dataset.video(2, 'front').from).toBeCloseTo(4 / 30, 9);
    await dataset.edit({ kind: 'remove', episodes: [1, 3] });
    expect(existsSync(file)).toBe(true);
    expect((await seen(dataset)).map((line) => line.split(' ')[1])).toEqual([
      '0,1,2,3,4,5,6,7',
      '12',
      '16,17,18,19,20,21,22,23',
      '24,25,26,27,28,29,30,31',
    ]);
    await dataset.edit({ kind: 'remove', episodes: [1] });
    expect(existsSync(file)).toBe(false);
  });

  it('join episodes in the order they were named, at the place of the first', async () => {
    const dataset = await four();
    const [made] = await dataset.edit({ kind: 'merge', episodes: [2, 0] });
    expect(made).toMatchObject({ index: 1, length: 16, duration: 16 / 30 });
    expect((await seen(dataset)).map((line) => line.split(' ')[1])).toEqual([
      '8,9,10,11,12,13,14,15',
      '16,17,18,19,20,21,22,23,0,1,2,3,4,5,6,7',
      '24,25,26,27,28,29,30,31',
    ]);
    await checkRules(dataset.folder);
  });

  it('remove many at once, to the trash, from where they come back to the end or to their places', async () => {
    const dataset = await four();
    const before = await seen(dataset);
    await dataset.edit({ kind: 'remove', episodes: [3, 0, 1] });
    expect(dataset.editState()).toEqual({ undo: 'delete 3 episodes', redo: null, trash: 3 });
    const trash = await dataset.trash();
    expect(trash.map((entry) => entry.id).sort()).toEqual(['take-0', 'take-1', 'take-3']);
    for (const entry of trash) expect(entry).toMatchObject({ reason: 'remove', length: SIZE, task: 'push the cube' });
    expect(trash.every((entry) => entry.bytes > 1000)).toBe(true);
    const back = await dataset.edit({ kind: 'restore', ids: ['take-0'] });
    expect(back).toMatchObject([{ index: 1, id: 'take-0' }]);
    expect(await dataset.undo()).toBe('restore 1 episode');
    expect(await dataset.undo()).toBe('delete 3 episodes');
    expect(await seen(dataset)).toEqual(before);
    expect(await dataset.undo()).toBeNull();
    expect(await dataset.redo()).toBe('delete 3 episodes');
    expect(dataset.list().map((info) => info.id)).toEqual(['take-2']);
  });

  it('can be undone after something was recorded in between', async () => {
    const dataset = await four();
    await dataset.edit({ kind: 'remove', episodes: [1] });
    await dataset.add({ ...draft(SIZE, { seed: 4, videos: { front: await clip(4) } }), id: 'take-4' });
    await dataset.undo();
    expect(dataset.list().map((info) => info.id)).toEqual(['take-0', 'take-1', 'take-2', 'take-3', 'take-4']);
    await checkRules(dataset.folder);
    await seen(dataset);
  });

  it('that need what was deleted for good are forgotten; what a split part still shows is not deleted', async () => {
    const dataset = await four();
    await dataset.edit({ kind: 'split', episode: 0, at: [4] });
    await dataset.edit({ kind: 'remove', episodes: [4] });
    await dataset.edit({ kind: 'relabel', episodes: [0], label: { tags: ['b', 'a', 'b'] } });
    const [gone, split] = await dataset.trash();
    expect([gone?.reason, split?.reason]).toEqual(['remove', 'split']);
    await dataset.emptyTrash([split?.id ?? '']);
    expect(dataset.editState()).toMatchObject({ undo: expect.stringContaining('label'), trash: 1 });
    expect(await dataset.undo()).toContain('label');
    expect(await dataset.undo()).toBe('delete 1 episode');
    expect(await dataset.undo()).toBeNull();
    await seen(dataset);
    await dataset.edit({ kind: 'remove', episodes: [4] });
    await dataset.emptyTrash();
    expect(await dataset.trash()).toEqual([]);
    expect(
      existsSync(join(dataset.folder, '.trash/_kept/videos/observation.images.front/chunk-000/file-003.mp4')),
    ).toBe(false);
    await checkRules(dataset.folder);
  });

  it('are refused with nothing changed when they make no sense', async () => {
    const dataset = await four();
    const before = await seen(dataset);
    const wrong: [Edit, string][] = [
      [{ kind: 'trim', episode: 0, from: 5, to: 5 }, 'bad-input'],
      [{ kind: 'trim', episode: 0, from: 0, to: 9 }, 'bad-input'],
      [{ kind: 'split', episode: 0, at: [8] }, 'bad-input'],
      [{ kind: 'merge', episodes: [1, 1] }, 'bad-input'],
      [{ kind: 'remove', episodes: [0, 9] }, 'not-found'],
      [{ kind: 'restore', ids: ['nobody'] }, 'not-found'],
      [{ kind: 'relabel', episodes: [0], label: { tags: ['../x'] } }, 'bad-input'],
    ];
    for (const [edit, kind] of wrong) await expect(dataset.edit(edit)).rejects.toMatchObject({ kind });
    expect(await seen(dataset)).toEqual(before);
    expect(dataset.editState()).toEqual({ undo: null, redo: null, trash: 0 });
  });
});

describe('a demonstration', () => {
  it('keeps its name, tags and time, and is stored once under one name', async () => {
    const dataset = await createDataset(folder(), SPEC);
    const one = { ...draft(5), id: 'take-7', tags: ['b', 'a', 'b'], recorded: '2026-01-02T03:04:05.000Z' };
    await dataset.add(one);
    expect(await dataset.add({ ...one, rows: [...one.rows] })).toMatchObject({ index: 0 });
    await dataset.add(draft(5));
    const [first, second] = (await openDataset(dataset.folder)).list();
    expect(first).toMatchObject({ id: 'take-7', tags: ['a', 'b'], recorded: '2026-01-02T03:04:05.000Z' });
    expect(second).toMatchObject({ id: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{6}$/), tags: [] });
    expect((await dataset.read(0)).rows.map((row) => row.clamped)).toEqual(one.rows.map((row) => row.clamped));
  });
});
