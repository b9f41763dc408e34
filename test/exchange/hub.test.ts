import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataset } from '../../src-main/dataset/dataset';
import { chooseFiles } from '../../src-main/exchange/hub/names';
import { pullDataset } from '../../src-main/exchange/hub/pull';
import { pushDataset } from '../../src-main/exchange/hub/push';
import { folder, sample } from './dataset';
import { HubServer } from './hub-server';

const REPO = 'me/demos';
const TOKEN = 'secret-token';
let hub: HubServer;
beforeEach(async () => {
  hub = await HubServer.start(TOKEN);
});
afterEach(() => hub.stop());

const place = () => ({ repo: REPO, url: hub.url, token: TOKEN });
/** A hub that has the sample dataset. */
async function stocked() {
  const dataset = await sample();
  await pushDataset(dataset, { ...place(), private: false });
  return dataset;
}

describe('sharing through a hub', () => {
  it('sends a clean copy, the tables last, and gets the same demonstrations back elsewhere', async () => {
    const dataset = await sample();
    await dataset.edit({ kind: 'remove', episodes: [2] });
    const seen: number[] = [];
    const result = await pushDataset(dataset, { ...place(), private: true }, { report: ({ done }) => seen.push(done) });
    expect(result.files).toBe(8);
    expect(seen[seen.length - 1]).toBe(result.bytes);
    expect(hub.repos.get(REPO)?.visibility).toBe('private');
    expect(hub.files(REPO)).toEqual([
      'README.md',
      'data/chunk-000/file-000.parquet',
      'data/chunk-000/file-001.parquet',
      'meta/episodes/chunk-000/file-000.parquet',
      'meta/info.json',
      'meta/stats.json',
      'meta/tasks.parquet',
      'videos/observation.images.front/chunk-000/file-000.mp4',
      'videos/observation.images.front/chunk-000/file-001.mp4',
    ]);
    expect(hub.repos.get(REPO)?.files.get('README.md')?.toString()).toMatch(/LeRobot[\s\S]*2 episodes, 55 rows/);
    expect(readdirSync(dirname(dataset.folder))).toEqual(['set']);

    const target = folder('got');
    expect(await pullDataset({ ...place(), folder: target })).toMatchObject({ episodes: 2 });
    const got = await openDataset(target);
    for (const n of [0, 1]) expect((await got.read(n)).rows).toEqual((await dataset.read(n)).rows);
    await got.close();
    await dataset.close();
  });

  it('takes away what an earlier push left there', async () => {
    const dataset = await stocked();
    hub.put(REPO, 'notes.txt', Buffer.from('mine'));
    await dataset.edit({ kind: 'remove', episodes: [1, 2] });
    await pushDataset(dataset, { ...place(), private: false });
    expect(hub.files(REPO).filter((path) => path.startsWith('data/'))).toEqual(['data/chunk-000/file-000.parquet']);
    expect(hub.files(REPO)).toContain('notes.txt');
    await dataset.close();
  });

  it('sends the token to the hub only, and none when there is none', async () => {
    const dataset = await stocked();
    expect(new Set(hub.asked.filter(({ path }) => !path.startsWith('/blob/')).map((a) => a.authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    );
    hub.asked.splice(0);
    await pullDataset({ repo: REPO, url: hub.url, folder: folder('got') });
    expect(new Set(hub.asked.map((a) => a.authorization))).toEqual(new Set([null]));
    await dataset.close();
  });

  it.each([
    ['a wrong token', { token: 'wrong' }, 'permission', /does not accept this token/],
    ['a repository that is not there', { repo: 'me/other' }, 'not-found', /no dataset me\/other/],
    ['a server that is not there', { url: 'http://127.0.0.1:9' }, 'link-lost', /cannot be reached/],
    ['a name that is not known', { url: 'http://hub.invalid' }, 'link-lost', /cannot be reached/],
  ])('tells %s, and leaves nothing behind', async (_, change, kind, message) => {
    await (await stocked()).close();
    const target = folder('got');
    const work = pullDataset({ ...place(), ...change, folder: target });
    await expect(work).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it.each([
    [503, 'link-lost'],
    [429, 'busy'],
    [403, 'permission'],
  ])('tells what a hub means with %i', async (status, kind) => {
    await (await stocked()).close();
    hub.mischief.status = status;
    await expect(pullDataset({ ...place(), folder: folder('got') })).rejects.toMatchObject({ kind });
  });

  it('begins a file again when the connection is cut, and gives up in the end with nothing left', async () => {
    await (await stocked()).close();
    const path = 'videos/observation.images.front/chunk-000/file-001.mp4';
    hub.mischief.cut = { path, times: 1 };
    expect(await pullDataset({ ...place(), folder: folder('got') })).toMatchObject({ episodes: 3 });
    hub.mischief.cut = { path, times: 100 };
    const target = folder('got');
    await expect(pullDataset({ ...place(), folder: target })).rejects.toMatchObject({ kind: 'link-lost' });
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('does not take other bytes than were promised, nor open half a dataset', async () => {
    await (await stocked()).close();
    hub.mischief.garble = 'data/chunk-000/file-000.parquet';
    const target = folder('got');
    await expect(pullDataset({ ...place(), folder: target })).rejects.toMatchObject({ kind: 'corrupt' });
    hub.mischief.garble = undefined;
    hub.repos.get(REPO)?.files.delete('meta/episodes/chunk-000/file-000.parquet');
    await expect(pullDataset({ ...place(), folder: target })).rejects.toMatchObject({ kind: 'corrupt' });
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('can be cancelled on the way in and on the way out', async () => {
    const dataset = await stocked();
    const target = folder('got');
    const abort = new AbortController();
    const stop = { signal: abort.signal, report: ({ done }: { done: number }) => done > 0 && abort.abort() };
    await expect(pullDataset({ ...place(), folder: target }, stop)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(dirname(target))).toEqual([]);
    const out = new AbortController();
    const hold = { signal: out.signal, report: ({ note }: { note: string }) => note.endsWith('.mp4') && out.abort() };
    const push = pushDataset(dataset, { ...place(), repo: 'me/new', private: true }, hold);
    await expect(push).rejects.toMatchObject({ kind: 'cancelled' });
    expect(hub.files('me/new')).not.toContain('meta/info.json');
    expect(readdirSync(dirname(dataset.folder))).toEqual(['set']);
    await dataset.close();
  });

  it('shows nothing half-sent when the last commit fails', async () => {
    const dataset = await sample([10]);
    hub.mischief.commit = 500;
    await expect(pushDataset(dataset, { ...place(), private: true })).rejects.toMatchObject({ kind: 'link-lost' });
    expect(hub.files(REPO)).toEqual([]);
    await dataset.close();
  });

  it('refuses a server’s file names that lead elsewhere, before anything is fetched', async () => {
    hub.put(REPO, 'meta/info.json', Buffer.from('{}'));
    hub.listed.push(
      { type: 'file', path: 'meta/info.json', size: 2 },
      { type: 'file', path: 'data/../../escaped.txt', size: 2 },
    );
    const target = folder('got');
    await expect(pullDataset({ ...place(), folder: target })).rejects.toMatchObject({ kind: 'corrupt' });
    expect(hub.asked.every(({ path }) => !path.includes('resolve'))).toBe(true);
    expect(existsSync(join(dirname(target), 'escaped.txt'))).toBe(false);
  });
});

describe('names that a hub offers', () => {
  const file = (path: string, size = 1) => ({ path, size, sha256: null });
  const info = file('meta/info.json');

  it.each([
    'data/../x',
    'data//x',
    'data/./x',
    'data\\..\\x',
    'data/a\\b',
    'data/.hidden',
    'data/con.parquet',
    'videos/a\u0000b',
    'data/a:b',
    'data/ends.',
    `data/${'x'.repeat(300)}`,
  ])('may not be %j', (path) => {
    expect(() => chooseFiles([info, file(path)], REPO)).toThrow(/cannot be trusted/);
  });

  it('may not differ by case only, be absurdly large, or lack the heart of a dataset', () => {
    expect(() => chooseFiles([info, file('data/a'), file('data/A')], REPO)).toThrow(/twice/);
    expect(() => chooseFiles([info, file('data/a', 1e12)], REPO)).toThrow(/1000 GB|1.0 TB/);
    expect(() => chooseFiles([info, file('data/a', -1)], REPO)).toThrow(/size/);
    expect(() => chooseFiles([file('data/a')], REPO)).toThrow(/no LeRobot dataset/);
  });

  it('are left out when they are no part of a dataset', () => {
    const offered = [info, file('/etc/passwd'), file('../x'), file('src/train.py'), file('README.md')];
    expect(chooseFiles(offered, REPO).map(({ path }) => path)).toEqual(['meta/info.json', 'README.md']);
  });

  it('stay inside the folder, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const root = '/tmp/root';
        try {
          for (const { path } of chooseFiles([info, file(`data/${name}`)], REPO)) {
            expect(join(root, ...path.split('/')).startsWith(`${root}/`)).toBe(true);
          }
        } catch (error) {
          expect(error).toMatchObject({ kind: expect.stringMatching(/corrupt|incompatible/) });
        }
      }),
    );
  });
});
