import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src-main/core/episode';
import { createDataset } from '../../src-main/dataset/dataset';
import { buildFrameCache, cacheFolder, openFrameCache } from '../../src-main/dataset/frame-cache';
import { decodeFrames } from '../../src-main/dataset/frames';
import { encodeClip } from './clip';
import { draft, folder, SPEC } from './draft';

const CAMERAS = ['front', 'wrist'].map((name) => ({ name, width: 64, height: 48 }));
const SMALL = { width: 16, height: 12, cameras: ['front', 'wrist'] };
const BYTES = 16 * 12 * 3;

async function episode(dataset: Dataset, length: number, seed: number): Promise<void> {
  const front = await encodeClip(length, 64, 48, (k) => [
    [k * 5, 40 * seed, 90],
    [250 - k * 5, 90, 30 * seed],
  ]);
  await dataset.add(draft(length, { seed, videos: { front, wrist: await encodeClip(length) } }));
}

async function dataset(...lengths: readonly number[]): Promise<Dataset> {
  const made = await createDataset(folder(), { ...SPEC, cameras: CAMERAS });
  for (const [seed, length] of lengths.entries()) await episode(made, length, seed);
  return made;
}

/** Every picture as it comes from the videos, in the order of the cache's rows. */
async function straight(from: Dataset, camera: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const { index, length } of from.list()) {
    const { file, ...part } = from.video(index, camera);
    const onFrame = (_: number, rgb: Uint8Array) => parts.push(Buffer.from(rgb));
    await decodeFrames(file, { ...part, count: length, width: 16, height: 12, onFrame });
  }
  return Buffer.concat(parts);
}

/** Builds it and compares every picture; resolves to the number of pictures that had to be decoded. */
async function buildAndCompare(from: Dataset, options: { folder?: string } = {}): Promise<number> {
  let decoded = 0;
  const cache = await buildFrameCache(from, { ...SMALL, ...options, onProgress: (done) => (decoded = done) });
  expect(cache.rows).toBe(from.list().reduce((sum, { length }) => sum + length, 0));
  for (const [c, name] of SMALL.cameras.entries()) {
    const found = new Uint8Array(cache.rows * BYTES);
    for (let row = 0; row < cache.rows; row++) cache.read(c, row, found, row * BYTES);
    expect(Buffer.compare(Buffer.from(found), await straight(from, name))).toBe(0);
  }
  cache.close();
  return decoded;
}

const files = (from: Dataset) => readdirSync(cacheFolder(from)).map((name) => join(cacheFolder(from), name));
const dataFile = (from: Dataset) => files(from).find((name) => name.endsWith('.rgb')) as string;
const indexFile = (from: Dataset) => files(from).find((name) => name.endsWith('.json')) as string;

describe('the picture cache', () => {
  it('holds every picture as the videos show it, and is decoded once', async () => {
    const set = await dataset(12, 7);
    expect(await openFrameCache(set, SMALL)).toBeNull();
    expect(await buildAndCompare(set)).toBe(2 * 19);
    expect(await buildAndCompare(set)).toBe(0);
    expect(files(set)).toHaveLength(2);
  });

  it('decodes only what an edit made anew', async () => {
    const set = await dataset(12, 7, 9);
    await buildAndCompare(set);
    await set.remove(0);
    expect(await buildAndCompare(set)).toBe(0);
    await episode(set, 5, 8);
    expect(await buildAndCompare(set)).toBe(2 * 5);
  });

  it('gives the rows of the chosen episodes in the order asked for', async () => {
    const set = await dataset(4, 6, 5);
    const all = await straight(set, 'wrist');
    const cache = await buildFrameCache(set, { ...SMALL, cameras: ['wrist'], episodes: [2, 0] });
    const picture = new Uint8Array(BYTES);
    for (const [row, source] of [10, 11, 12, 13, 14, 0, 1, 2, 3].entries()) {
      cache.read(0, row, picture);
      expect(Buffer.compare(picture, all.subarray(source * BYTES, (source + 1) * BYTES))).toBe(0);
    }
    expect(() => cache.read(0, 9, picture)).toThrow(RangeError);
    cache.close();
  });

  it.each([
    ['its index is cut short', (set: Dataset) => truncateSync(indexFile(set), 200)],
    ['one number in its index is another', (set: Dataset) => edit(indexFile(set), /\[0,/, '[1,')],
    ['its data file is cut short', (set: Dataset) => truncateSync(dataFile(set), 5000)],
    ['its data file is of another kind', (set: Dataset) => edit(dataFile(set), /^understudy/, 'undertaker')],
  ])('is made again when %s', async (_, harm) => {
    const set = await dataset(6);
    await buildAndCompare(set);
    harm(set);
    expect(await openFrameCache(set, SMALL)).toBeNull();
    expect(await buildAndCompare(set)).toBe(12);
    expect(files(set)).toHaveLength(2);
  });

  it('goes on where a build was cancelled, and never shows half an episode', async () => {
    const set = await dataset(8, 8);
    let asked = 0;
    const signal = {
      get aborted() {
        return ++asked > 20; // asked once a picture
      },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    await expect(buildFrameCache(set, { ...SMALL, signal })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await openFrameCache(set, SMALL)).toBeNull();
    // Of four videos of 8 pictures two are decoded at a time: after 20 one or two are whole, and only those are kept.
    expect([16, 24]).toContain(await buildAndCompare(set));
  });

  it('wins back the room of episodes that are gone', async () => {
    const set = await dataset(10, 10, 3);
    await buildAndCompare(set);
    const full = readFileSync(dataFile(set)).byteLength;
    await set.remove(0);
    await set.remove(0);
    await episode(set, 2, 5);
    expect(await buildAndCompare(set)).toBe(4);
    expect(readFileSync(dataFile(set)).byteLength).toBeLessThan(full / 2);
    expect(files(set)).toHaveLength(2);
  });

  it('refuses to grow past its bound, and leaves the dataset alone', async () => {
    const set = await dataset(6);
    await expect(buildFrameCache(set, { ...SMALL, maxBytes: 11 * BYTES })).rejects.toMatchObject({ kind: 'disk-full' });
    expect((await set.read(0)).rows).toHaveLength(6);
    expect(await buildAndCompare(set)).toBe(12);
  });

  it('has one writer at a time, and gets over one that died', async () => {
    const set = await dataset(3);
    const elsewhere = folder();
    await buildAndCompare(set, { folder: elsewhere });
    await episode(set, 2, 1);
    const lock = join(elsewhere, 'frames-16x12.lock');
    writeFileSync(lock, String(process.ppid));
    await expect(buildFrameCache(set, { ...SMALL, folder: elsewhere })).rejects.toMatchObject({ kind: 'busy' });
    writeFileSync(lock, '999999999');
    expect(await buildAndCompare(set, { folder: elsewhere })).toBe(4);
  });
});

function edit(path: string, from: RegExp, to: string): void {
  writeFileSync(path, readFileSync(path, 'latin1').replace(from, to), 'latin1');
}
