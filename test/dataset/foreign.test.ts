import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutVideo } from '../../src-main/dataset/cut';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { decodeFrames } from '../../src-main/dataset/frames';
import { muxMp4 } from '../../src-main/dataset/mp4';
import { type Column, TableWriter, writeColumns } from '../../src-main/dataset/parquet';
import { columnStats, statsColumns } from '../../src-main/dataset/stats';
import { writeTasks } from '../../src-main/dataset/tasks';
import { encodeClip, type Rgb } from './clip';
import { draft, folder, SPEC } from './draft';
import { checkRules } from './rules';

const LENGTHS = [6, 4, 5];
const TOTAL = 15;
const names = ['x', 'y axis'];
const features = (video: boolean, extra: Record<string, unknown> = {}) => ({
  'observation.state': { dtype: 'float32', shape: [2], names },
  action: { dtype: 'float32', shape: [3], names: { motors: ['a', 'b', 'c'] } },
  ...(video && { 'observation.image': { dtype: 'video', shape: [48, 64, 3], names: ['height', 'width', 'channels'] } }),
  ...extra,
  timestamp: { dtype: 'float32', shape: [1], names: null },
  frame_index: { dtype: 'int64', shape: [1], names: null },
  episode_index: { dtype: 'int64', shape: [1], names: null },
  index: { dtype: 'int64', shape: [1], names: null },
  task_index: { dtype: 'int64', shape: [1], names: null },
});
const column = (name: string, type: Column['type'], depth: number, data: Column['data']): Column => ({
  name,
  type,
  depth,
  data,
});

/** Rows of episode `e` as another program stores them. */
function columns(e: number): Column[] {
  const length = LENGTHS[e] ?? 0;
  const from = LENGTHS.slice(0, e).reduce((a, b) => a + b, 0);
  const each = <T>(value: (k: number) => T) => Array.from({ length }, (_, k) => value(k));
  return [
    column(
      'observation.state',
      'float32',
      1,
      each((k) => [e, k]),
    ),
    column(
      'action',
      'float32',
      1,
      each((k) => [e, k, -1]),
    ),
    column(
      'next.reward',
      'float32',
      0,
      each((k) => from + k),
    ),
    column(
      'timestamp',
      'float32',
      0,
      each((k) => Math.fround(k / 30)),
    ),
    column(
      'frame_index',
      'int64',
      0,
      each((k) => k),
    ),
    column(
      'episode_index',
      'int64',
      0,
      each(() => e),
    ),
    column(
      'index',
      'int64',
      0,
      each((k) => from + k),
    ),
    column(
      'task_index',
      'int64',
      0,
      each(() => e % 2),
    ),
  ];
}

const put = (root: string, path: string, data: Uint8Array | string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), data);
};
const info = (version: string, video: boolean, extra: Record<string, unknown> = {}) => ({
  codebase_version: version,
  robot_type: 'widget',
  total_episodes: 3,
  total_frames: TOTAL,
  total_tasks: 2,
  chunks_size: 1000,
  fps: 30,
  splits: { train: '0:3' },
  ...extra,
  features: features(video, { 'next.reward': { dtype: 'float32', shape: [1], names: null } }),
});

/** As LeRobot writes v3.0: all episodes in one data file and one video. */
async function v30(): Promise<string> {
  const root = folder();
  const paths = {
    data_path: 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
    video_path: 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4',
  };
  put(root, 'meta/info.json', JSON.stringify(info('v3.0', true, paths)));
  const rows = new TableWriter();
  for (const e of [0, 1, 2]) rows.add(columns(e));
  put(root, 'data/chunk-000/file-000.parquet', await rows.finish());
  put(root, 'videos/observation.image/chunk-000/file-000.mp4', await muxMp4(await encodeClip(TOTAL), 30));
  put(root, 'meta/tasks.parquet', await writeTasks(['push', 'pull']));
  const starts = [0, 6, 10];
  const of = (name: string, value: (e: number) => number, type: Column['type'] = 'int64') =>
    column(name, type, 0, [0, 1, 2].map(value));
  const table = [
    of('episode_index', (e) => e),
    column('tasks', 'string', 1, [['push'], ['pull'], ['push']]),
    of('length', (e) => LENGTHS[e] ?? 0),
    of('data/chunk_index', () => 0),
    of('data/file_index', () => 0),
    of('dataset_from_index', (e) => starts[e] ?? 0),
    of('dataset_to_index', (e) => (starts[e] ?? 0) + (LENGTHS[e] ?? 0)),
    of('videos/observation.image/chunk_index', () => 0),
    of('videos/observation.image/file_index', () => 0),
    of('videos/observation.image/from_timestamp', (e) => (starts[e] ?? 0) / 30, 'float64'),
    of('videos/observation.image/to_timestamp', (e) => ((starts[e] ?? 0) + (LENGTHS[e] ?? 0)) / 30, 'float64'),
    ...statsColumns([0, 1, 2].map((e) => columnStats(columns(e)))),
  ];
  put(root, 'meta/episodes/chunk-000/file-000.parquet', await writeColumns(table));
  return root;
}

/** As LeRobot 0.3.3 writes v2.1. */
async function v21(): Promise<string> {
  const root = folder();
  const paths = {
    data_path: 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet',
    video_path: 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4',
  };
  put(root, 'meta/info.json', JSON.stringify(info('v2.1', true, paths)));
  for (const e of [0, 1, 2]) {
    put(root, `data/chunk-000/episode_00000${e}.parquet`, await writeColumns(columns(e)));
    const clip = await encodeClip(LENGTHS[e] ?? 0);
    put(root, `videos/chunk-000/observation.image/episode_00000${e}.mp4`, await muxMp4(clip, 30));
  }
  put(root, 'meta/tasks.jsonl', '{"task_index": 0, "task": "push"}\n{"task_index": 1, "task": "pull"}\n');
  const lines = LENGTHS.map((length, e) =>
    JSON.stringify({ episode_index: e, tasks: [e % 2 ? 'pull' : 'push'], length }),
  );
  put(root, 'meta/episodes.jsonl', `${lines.join('\n')}\n`);
  return root;
}

async function greys(file: string, from: number, count: number, step = 2): Promise<number[]> {
  const seen: number[] = [];
  const request = { from, to: from + count / 30, count, width: 2, height: 1 };
  await decodeFrames(file, { ...request, onFrame: (_, rgb) => seen.push(Math.round((rgb[0] as number) / step)) });
  return seen;
}

describe.each([
  ['v3.0', v30],
  ['v2.1', v21],
])('a folder of LeRobot %s', (version, make) => {
  it('opens with its own channels, rows, tasks and videos', async () => {
    const dataset = await openDataset(await make());
    expect(dataset.spec).toMatchObject({
      robot: 'widget',
      joints: [
        { name: 'x', unit: 'raw' },
        { name: 'y_axis', unit: 'raw' },
      ],
      action: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
      cameras: [{ name: 'observation.image', width: 64, height: 48 }],
    });
    expect(dataset.list().map((e) => [e.id, e.task, e.length, e.success])).toEqual([
      ['episode-0', 'push', 6, null],
      ['episode-1', 'pull', 4, null],
      ['episode-2', 'push', 5, null],
    ]);
    const { rows } = await dataset.read(1);
    expect(rows.map((row) => row.state)).toEqual([0, 1, 2, 3].map((k) => [1, k]));
    expect(rows[2]).toMatchObject({ t: Math.fround(2 / 30), action: [1, 2, -1], asked: [1, 2, -1], clamped: '' });
    const { file, from } = dataset.video(1, 'observation.image');
    const start = version === 'v3.0' ? 6 : 0;
    expect(await greys(file, from, 4)).toEqual([0, 1, 2, 3].map((k) => start + k));
  });
});

describe('a folder of LeRobot v3.0', () => {
  it('is edited like our own: what we do not know is kept, and undoing brings everything back', async () => {
    const root = await v30();
    const dataset = await openDataset(root);
    await dataset.edit({ kind: 'trim', episode: 1, from: 1, to: 3 });
    await checkRules(root);
    await dataset.edit({ kind: 'remove', episodes: [0] });
    await dataset.edit({ kind: 'relabel', episodes: [1], label: { success: true, tags: ['good'] } });
    await checkRules(root);
    const again = await openDataset(root);
    expect(again.list().map((e) => [e.id, e.task, e.length, e.success, e.tags])).toEqual([
      ['episode-1', 'pull', 2, null, []],
      ['episode-2', 'push', 5, true, ['good']],
    ]);
    const { file, from } = again.video(0, 'observation.image');
    expect(await greys(file, from, 2)).toEqual([7, 8]);
    while ((await dataset.undo()) !== null) await checkRules(root);
    const back = await openDataset(root);
    expect(back.list().map((e) => [e.id, e.length])).toEqual([
      ['episode-0', 6],
      ['episode-1', 4],
      ['episode-2', 5],
    ]);
    for (const e of [0, 1, 2]) {
      expect((await back.read(e)).rows.map((row) => row.state)).toEqual(
        Array.from({ length: LENGTHS[e] ?? 0 }, (_, k) => [e, k]),
      );
    }
  });

  it('says which value a recording lacks before it is added to, and keeps what it has', async () => {
    const root = await v30();
    const dataset = await openDataset(root);
    const { joints } = SPEC;
    const rows = draft(4).rows.map((row) => ({
      ...row,
      state: [0, 1],
      action: [0, 1, 2],
      asked: [0, 1, 2],
      environment: [],
    }));
    expect(joints.length).toBe(3);
    const videos = { 'observation.image': await encodeClip(4) };
    await expect(dataset.add({ ...draft(4), rows, videos })).rejects.toMatchObject({
      kind: 'incompatible',
      message: expect.stringContaining('next.reward'),
    });
    expect(dataset.list().length).toBe(3);
  });

  it('with pictures in its tables is read, not changed', async () => {
    const root = await v30();
    const file = join(root, 'meta/info.json');
    const json = JSON.parse(readFileSync(file, 'utf8'));
    json.features['observation.images.side'] = { dtype: 'image', shape: [4, 4, 3], names: null };
    writeFileSync(file, JSON.stringify(json));
    const dataset = await openDataset(root);
    expect(dataset.readOnly).toContain('observation.images.side');
    expect((await dataset.read(2)).rows.length).toBe(5);
    await expect(dataset.remove(0)).rejects.toMatchObject({ kind: 'read-only' });
  });
});

describe('a folder of LeRobot v2.1', () => {
  it('is read, not changed, and says what to do', async () => {
    const dataset = await openDataset(await v21());
    expect(dataset.readOnly).toContain('v2.1');
    await expect(dataset.remove(0)).rejects.toMatchObject({
      kind: 'read-only',
      tip: expect.stringContaining('Export'),
    });
  });

  it('is refused when its tables are damaged', async () => {
    for (const [file, text] of [
      ['meta/episodes.jsonl', '{"episode_index": 0'],
      ['meta/episodes.jsonl', '{"episode_index": 4, "tasks": ["x"], "length": 3}'],
      ['meta/episodes.jsonl', ''],
      ['meta/tasks.jsonl', '[]'],
    ] as const) {
      const root = await v21();
      put(root, file, text);
      await expect(openDataset(root)).rejects.toMatchObject({
        kind: 'corrupt',
        message: expect.stringContaining(file),
      });
    }
  });
});

describe('cut video', () => {
  it('is copied from key frames on, and encoded again from any other frame', async () => {
    const root = folder();
    await createDataset(root, SPEC);
    const file = join(root, 'clip.mp4');
    const grey = (k: number): Rgb => [k * 3, k * 3, k * 3];
    const clip = await encodeClip(70, 64, 48, (k) => [grey(k), grey(k)]);
    writeFileSync(file, await muxMp4(clip, 30));
    for (const [parts, wanted] of [
      [[{ file, from: 1, count: 5 }], [30, 31, 32, 33, 34]],
      [
        [
          { file, from: 5 / 30, count: 3 },
          { file, from: 2, count: 2 },
        ],
        [5, 6, 7, 60, 61],
      ],
    ] as const) {
      const made = join(root, `cut-${parts.length}.mp4`);
      writeFileSync(made, await cutVideo(parts, 30));
      expect(await greys(made, 0, wanted.length, 3)).toEqual(wanted);
    }
    const copied = await cutVideo([{ file, from: 1, count: 5 }], 30);
    expect(Buffer.from(copied).includes(Buffer.from(clip.frames[31]?.data ?? []))).toBe(true);
    await expect(cutVideo([{ file, from: 2, count: 30 }], 30)).rejects.toMatchObject({ kind: 'corrupt' });
  });
});
