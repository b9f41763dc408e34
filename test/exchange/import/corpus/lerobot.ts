import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, copied, edited, flipped, json, ledOut, put } from './kit';

const INFO = 'meta/info.json';
const DATA = 'data/chunk-000/file-000.parquet';
const VIDEO = 'videos/observation.images.top/chunk-000/file-000.mp4';
const EPISODES = 'meta/episodes/chunk-000/file-000.parquet';
const JOURNAL = '.understudy/journal.json';

type Change = (folder: string) => unknown;
const v3 = (name: string, change: Change, options: Partial<Case> = {}): Case => ({
  name: `v3.0: ${name}`,
  names: 'set',
  make: (room, seeds) => copied(seeds.v3, join(room, 'set'), change),
  ...options,
});
const v21 = (name: string, change: Change, options: Partial<Case> = {}): Case => ({
  name: `v2.1: ${name}`,
  names: 'set',
  make: (room, seeds) => copied(seeds.v21, join(room, 'set'), change),
  ...options,
});
const info =
  (change: (value: Record<string, unknown>) => unknown): Change =>
  (folder) =>
    json(folder, INFO, change);

/** The last eight bytes of a Parquet file are the length of its index and its mark. */
const indexLength = (bytes: Buffer, length: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(length, copy.length - 8);
  return copy;
};

/** A Parquet file of one column whose compressed page claims to be longer than it is. */
async function lie(path: string): Promise<void> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  // 8000 bytes of which every other is zero: they are packed, and not turned into a dictionary.
  const data = Float64Array.from({ length: 1000 }, (_, k) => k);
  const column = { name: 'episode_index', data, type: 'DOUBLE' as const, encoding: 'PLAIN' as const };
  const bytes = Buffer.from(parquetWriteBuffer({ columnData: [column], codec: 'SNAPPY' }));
  // What is packed begins with its true length, which the unpacker believes; so does the page's header.
  const at = bytes.indexOf(Buffer.from([0xc0, 0x3e]));
  if (at < 0) throw new Error('no length to change');
  bytes.set([0xff, 0x7f], at);
  put(path, bytes);
}

/** A Parquet file of these columns. */
async function table(path: string, columns: Record<string, readonly unknown[]>): Promise<void> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = Object.entries(columns).map(([name, data]) => ({ name, data: [...data] }));
  put(path, new Uint8Array(parquetWriteBuffer({ columnData })));
}

const made = (name: string, change: (folder: string) => Promise<void>): Case => ({
  name: `v3.0: ${name}`,
  names: 'set',
  make: async (room, seeds) => {
    const folder = copied(seeds.v3, join(room, 'set'), () => undefined);
    await change(folder);
    return folder;
  },
});

/** What a hostile journal would do: put a file of its own over one outside. */
const journal = (moves: unknown, remove: unknown): string =>
  JSON.stringify({ version: 1, id: '999999-abc-0', pid: 999_999, moves, remove });

export const v3Cases: readonly Case[] = [
  v3('info.json is cut off', (folder) => edited(folder, INFO, (bytes) => bytes.subarray(0, 200))),
  v3('info.json is empty', (folder) => put(join(folder, INFO), '')),
  v3('info.json is 100 MB', (folder) =>
    edited(folder, INFO, (b) => `${b.toString().slice(0, -1)},"x":"${'y'.repeat(1e8)}"}`),
  ),
  v3('info.json is a million brackets', (folder) => put(join(folder, INFO), '['.repeat(1e6))),
  v3('info.json is a list', (folder) => put(join(folder, INFO), '[]')),
  v3(
    'a version that does not exist',
    info((i) => ({ ...i, codebase_version: 'v9.9' })),
  ),
  v3(
    'no rate',
    info((i) => ({ ...i, fps: 0 })),
  ),
  v3(
    'a billion rows a second',
    info((i) => ({ ...i, fps: 1e9 })),
  ),
  v3(
    'a rate in words',
    info((i) => ({ ...i, fps: 'fast' })),
  ),
  v3(
    'a data path that leads up',
    info((i) => ({ ...i, data_path: '../outside/{chunk_index}/{file_index}.parquet' })),
  ),
  v3(
    'an absolute data path',
    info((i) => ({ ...i, data_path: '/etc/passwd' })),
  ),
  v3(
    'a video path that leads up',
    info((i) => ({ ...i, video_path: '{video_key}/../../../outside/secret.mp4' })),
  ),
  v3(
    'a path with a part that nobody knows',
    info((i) => ({ ...i, data_path: 'data/{__class__}.parquet' })),
    { names: 'info.json' },
  ),
  v3(
    'a path padded to a billion zeros',
    info((i) => ({ ...i, data_path: 'data/{file_index:0999999999d}.parquet' })),
  ),
  v3(
    'a feature of 10^9 values',
    info((i) => ({ ...i, understudy: undefined, features: feature([1e9]) })),
  ),
  v3(
    'a feature of less than no values',
    info((i) => ({ ...i, features: feature([-4]) })),
  ),
  v3(
    'a feature without an end',
    info((i) => ({ ...i, features: feature([1e308]) })),
  ),
  v3(
    'features that are a text',
    info((i) => ({ ...i, features: 'all of them' })),
  ),
  v3(
    'a feature named like the machinery of JavaScript',
    (folder) =>
      edited(folder, INFO, (b) =>
        b.toString().replace('"features": {', '"features": {"__proto__": {"dtype": "video"},'),
      ),
    { harmless: true },
  ),
  v3(
    'joints of one name',
    info((i) => ({ ...i, understudy: { version: 1, joints: twins(14), environment: [] } })),
  ),
  v3(
    'more episodes than there are',
    info((i) => ({ ...i, total_episodes: 1000 })),
  ),
  v3('the data is a link that leads out', (folder) => ledOut(folder, DATA)),
  v3('the video is a link that leads out', (folder) => ledOut(folder, VIDEO)),
  v3('the episode table is a link that leads out', (folder) => ledOut(folder, EPISODES)),
  v3('info.json is a link that leads out', (folder) => ledOut(folder, INFO)),
  v3('the data is cut off', (folder) => edited(folder, DATA, (bytes) => bytes.subarray(0, bytes.length / 2))),
  v3('the data is missing', (folder) => rmSync(join(folder, DATA))),
  v3('the index of the data has a wrong byte', (folder) => edited(folder, DATA, (b) => flipped(b, b.length - 40))),
  v3('the index of the data claims 4 GB', (folder) => edited(folder, DATA, (b) => indexLength(b, 0xfffffff0))),
  v3('the index of the data claims nothing', (folder) => edited(folder, DATA, (b) => indexLength(b, 0))),
  v3('the pages of the data are overwritten', (folder) =>
    edited(folder, DATA, (b) => Buffer.from(b).fill(0xff, 4, b.length / 2)),
  ),
  made('a page of the data unpacks to more than it holds', (folder) => lie(join(folder, DATA))),
  made('five million rows in a few bytes of episode table', (folder) =>
    table(join(folder, EPISODES), { episode_index: new Array<number>(5e6).fill(0) }),
  ),
  made('five million rows in a few bytes of data', (folder) =>
    table(join(folder, DATA), { episode_index: new Array<number>(5e6).fill(0) }),
  ),
  made('the data has other columns', (folder) => table(join(folder, DATA), { a: [1, 2, 3] })),
  made('the data has fewer rows than the table says', (folder) => table(join(folder, DATA), { episode_index: [0, 0] })),
  made('the episode table has other columns', (folder) => table(join(folder, EPISODES), { a: [1] })),
  made('the episode table names an episode of 10^9 rows', (folder) =>
    table(join(folder, EPISODES), {
      episode_index: [0],
      length: [1e9],
      'data/chunk_index': [0],
      'data/file_index': [0],
      dataset_from_index: [0],
      dataset_to_index: [1e9],
    }),
  ),
  v3('the episode table is cut off', (folder) => edited(folder, EPISODES, (bytes) => bytes.subarray(0, 500))),
  v3('the task table is missing', (folder) => rmSync(join(folder, 'meta/tasks.parquet'))),
  v3('the task table is noise', (folder) => put(join(folder, 'meta/tasks.parquet'), Buffer.alloc(5000, 0x5a))),
  v3(
    'statistics that are not numbers',
    (folder) => put(join(folder, 'meta/stats.json'), '{"action": {"mean": [NaN]}}'),
    {
      harmless: true,
    },
  ),
  v3('the video is missing', (folder) => rmSync(join(folder, VIDEO))),
  v3('the video is cut off', (folder) => edited(folder, VIDEO, (bytes) => bytes.subarray(0, bytes.length / 2))),
  v3('a journal that moves a file out', (folder) => {
    put(join(folder, '.understudy/staging-999999-abc-0/0'), 'evil');
    put(join(folder, JOURNAL), journal([['.understudy/staging-999999-abc-0/0', '../outside/planted']], []));
  }),
  v3('a journal that moves a file in', (folder) => {
    put(join(folder, '..', 'outside', 'precious'), 'precious');
    put(join(folder, JOURNAL), journal([['../outside/precious', 'meta/info.json']], []));
  }),
  v3('a journal that removes a folder outside', (folder) => {
    put(join(folder, '..', 'outside', 'precious'), 'precious');
    put(join(folder, JOURNAL), journal([], ['../outside']));
  }),
  v3('a journal that removes the dataset itself', (folder) => put(join(folder, JOURNAL), journal([], ['.']))),
  v3('a journal of noise', (folder) => put(join(folder, JOURNAL), Buffer.alloc(1000, 0xf1)), { harmless: true }),
];

const feature = (shape: readonly number[]) => ({
  'observation.state': { dtype: 'float32', shape, names: null },
  action: { dtype: 'float32', shape, names: null },
});
const twins = (count: number) => Array.from({ length: count }, () => ({ name: 'twin', unit: 'rad' }));

const V21_DATA = 'data/chunk-000/episode_000000.parquet';
const V21_VIDEO = 'videos/chunk-000/observation.images.top/episode_000000.mp4';

export const v21Cases: readonly Case[] = [
  v21('a broken line among the episodes', (folder) =>
    put(join(folder, 'meta/episodes.jsonl'), '{"episode_index": 0, "tas\n'),
  ),
  v21('episodes that are no objects', (folder) => put(join(folder, 'meta/episodes.jsonl'), '7\n"eight"\nnull\n')),
  v21('100 MB of episodes in one line', (folder) =>
    put(join(folder, 'meta/episodes.jsonl'), `{"a":"${'x'.repeat(1e8)}"}`),
  ),
  v21('an episode with the number 10^15', (folder) =>
    put(join(folder, 'meta/episodes.jsonl'), '{"episode_index": 1e15, "tasks": ["a"], "length": 12}\n'),
  ),
  v21('an episode of 10^9 rows', (folder) =>
    put(join(folder, 'meta/episodes.jsonl'), '{"episode_index": 0, "tasks": ["t"], "length": 1000000000}\n'),
  ),
  v21('no list of episodes', (folder) => rmSync(join(folder, 'meta/episodes.jsonl'))),
  v21('a broken line among the tasks', (folder) => put(join(folder, 'meta/tasks.jsonl'), '{"task_index": 0, '), {
    harmless: true,
  }),
  v21(
    'folders of no files',
    info((i) => ({ ...i, chunks_size: 0 })),
  ),
  v21(
    'a data path that leads up',
    info((i) => ({ ...i, data_path: '../outside/episode_{episode_index:06d}.parquet' })),
  ),
  v21('the data is a link that leads out', (folder) => ledOut(folder, V21_DATA)),
  v21('the video is a link that leads out', (folder) => ledOut(folder, V21_VIDEO)),
  v21('the data is missing', (folder) => rmSync(join(folder, V21_DATA))),
  v21('the data is cut off', (folder) => edited(folder, V21_DATA, (bytes) => bytes.subarray(0, bytes.length - 30))),
  v21('the video is missing', (folder) => rmSync(join(folder, V21_VIDEO))),
  v21('the list of episodes is a folder', (folder) => {
    rmSync(join(folder, 'meta/episodes.jsonl'));
    put(join(folder, 'meta/episodes.jsonl/x'), String(readdirSync(folder).length));
  }),
];
