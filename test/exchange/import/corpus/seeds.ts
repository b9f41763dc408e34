import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../../../../src-main/dataset/dataset';
import { importInto } from '../../../../src-main/exchange/import/import';
import { aloha, csv, HEADER, hdf5, pictures, plainCell, rows } from '../fixtures';
import { put, type Seeds } from './kit';

const COUNT = 12;
const JOINTS = 14;

/** Sound inputs of each kind: one episode of twelve rows with one camera. */
export async function makeSeeds(room: string): Promise<Seeds> {
  const file = await aloha(join(room, 'aloha.hdf5'), { count: COUNT });
  const packed = await hdf5(join(room, 'packed.hdf5'), (h5) => {
    h5.create_group('observations');
    h5.create_group('observations/images');
    h5.create_dataset({ name: 'observations/qpos', data: rows(COUNT, JOINTS), shape: [COUNT, JOINTS] });
    h5.create_dataset({ name: 'action', data: rows(COUNT, JOINTS), shape: [COUNT, JOINTS] });
    const shape = [COUNT, 24, 32, 3];
    const packing = { chunks: [1, 24, 32, 3], compression: 6 };
    h5.create_dataset({ name: 'observations/images/top', data: pictures(COUNT), shape, ...packing });
  });
  const v3 = join(room, 'v3');
  await importInto(file, v3, { fps: 20, task: 'reach' });
  const dataset = await openDataset(v3);
  const mp4 = join(room, 'top.mp4');
  copyFileSync(dataset.video(0, 'top').file, mp4);
  await dataset.close();
  const table = join(room, 'good.csv');
  writeFileSync(table, csv(HEADER, COUNT, plainCell));
  return { aloha: file, packed, v3, v21: await makeV21(join(room, 'v21'), mp4), mp4, csv: table };
}

/** A LeRobot v2.1 folder as another program writes it. */
async function makeV21(folder: string, mp4: string): Promise<string> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const line = (k: number): number[] => Array.from({ length: JOINTS }, (_, i) => i + k / 100);
  const ks = Array.from({ length: COUNT }, (_, k) => k);
  const whole = (name: string, value: (k: number) => number) => ({
    name,
    data: ks.map((k) => BigInt(value(k))),
    type: 'INT64' as const,
  });
  const vectors = (name: string) => ({ name, data: ks.map(line) });
  const list = (name: string) => [
    { name, repetition_type: 'OPTIONAL' as const, num_children: 1, converted_type: 'LIST' as const },
    { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL' as const, type: 'FLOAT' as const },
  ];
  const names = ['frame_index', 'episode_index', 'index', 'task_index'];
  const schema = [
    { name: 'schema', num_children: 7 },
    ...list('observation.state'),
    ...list('action'),
    { name: 'timestamp', repetition_type: 'OPTIONAL' as const, type: 'FLOAT' as const },
    ...names.map((name) => ({ name, repetition_type: 'OPTIONAL' as const, type: 'INT64' as const })),
  ];
  const columnData = [
    vectors('observation.state'),
    vectors('action'),
    { name: 'timestamp', data: ks.map((k) => k / 20), type: 'FLOAT' as const },
    whole('frame_index', (k) => k),
    whole('episode_index', () => 0),
    whole('index', (k) => k),
    whole('task_index', () => 0),
  ].map(({ name, data }) => ({ name, data }));
  put(
    join(folder, 'data/chunk-000/episode_000000.parquet'),
    new Uint8Array(parquetWriteBuffer({ columnData, schema })),
  );
  const video = join(folder, 'videos/chunk-000/observation.images.top');
  mkdirSync(video, { recursive: true });
  copyFileSync(mp4, join(video, 'episode_000000.mp4'));
  const vector = { dtype: 'float32', shape: [JOINTS], names: line(0).map((_, i) => `motor_${i}`) };
  const scalar = (dtype: string) => ({ dtype, shape: [1], names: null });
  const info = {
    codebase_version: 'v2.1',
    robot_type: 'aloha',
    total_episodes: 1,
    total_frames: COUNT,
    total_tasks: 1,
    total_videos: 1,
    total_chunks: 1,
    chunks_size: 1000,
    fps: 20,
    splits: { train: '0:1' },
    data_path: 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet',
    video_path: 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4',
    features: {
      'observation.state': vector,
      action: vector,
      'observation.images.top': {
        dtype: 'video',
        shape: [24, 32, 3],
        names: ['height', 'width', 'channels'],
        info: { 'video.fps': 20, 'video.codec': 'h264' },
      },
      timestamp: scalar('float32'),
      ...Object.fromEntries(names.map((name) => [name, scalar('int64')])),
    },
  };
  put(join(folder, 'meta/info.json'), JSON.stringify(info));
  put(join(folder, 'meta/tasks.jsonl'), '{"task_index": 0, "task": "reach"}\n');
  put(join(folder, 'meta/episodes.jsonl'), `{"episode_index": 0, "tasks": ["reach"], "length": ${COUNT}}\n`);
  put(join(folder, 'meta/episodes_stats.jsonl'), '{"episode_index": 0, "stats": {}}\n');
  return folder;
}
