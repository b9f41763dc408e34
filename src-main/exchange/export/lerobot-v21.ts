import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeFiles } from '../../dataset/files';
import { imageStats } from '../../dataset/images';
import { videoKey } from '../../dataset/layout';
import { muxMp4 } from '../../dataset/mp4';
import { newInfo } from '../../dataset/own';
import { writeColumns } from '../../dataset/parquet';
import { columnStats, type FeatureStats } from '../../dataset/stats';
import { definitions, toColumns } from '../../dataset/table';
import type { OpenWriter } from './writer';

/** LeRobot v2.1 (its tag v0.3.3, lerobot/datasets/utils.py): a parquet and a video an episode, JSON lines beside them. */
const CHUNK = 1000;
const DATA = 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet';
const VIDEO = 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4';

const padded = (n: number, width: number) => String(n).padStart(width, '0');
const fill = (template: string, episode: number, key = '') =>
  template
    .replace('{episode_chunk:03d}', padded(Math.floor(episode / CHUNK), 3))
    .replace('{episode_index:06d}', padded(episode, 6))
    .replace('{video_key}', key);

export const openV21: OpenWriter = async (folder, spec) => {
  const info = newInfo(spec);
  const columns = definitions(info);
  const tasks: string[] = [];
  let episodes = 0;
  let frames = 0;
  await mkdir(join(folder, 'meta'), { recursive: true });

  const write = async (path: string, data: Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await nodeFiles.write(join(folder, path), data);
  };
  const line = async (path: string, value: unknown) => {
    const handle = await open(join(folder, path), 'a');
    try {
      await handle.writeFile(`${JSON.stringify(value)}\n`);
    } finally {
      await handle.close();
    }
  };
  return {
    async add(draft) {
      const index = episodes;
      if (!tasks.includes(draft.task)) {
        await line('meta/tasks.jsonl', { task_index: tasks.length, task: draft.task });
        tasks.push(draft.task);
      }
      const { success, rows, task } = draft;
      const at = { episode: index, from: frames, task: tasks.indexOf(task), success };
      const cells = toColumns(draft, at, spec, columns);
      await write(fill(DATA, index), await writeColumns(cells));
      const stats: Record<string, FeatureStats> = { ...columnStats(cells) };
      for (const [camera, video] of Object.entries(draft.videos)) {
        await write(fill(VIDEO, index, videoKey(camera)), await muxMp4(video, spec.fps));
        stats[videoKey(camera)] = await imageStats(video);
      }
      await line('meta/episodes.jsonl', { episode_index: index, tasks: [task], length: rows.length });
      await line('meta/episodes_stats.jsonl', { episode_index: index, stats: asV21(stats) });
      episodes++;
      frames += rows.length;
    },
    async finish() {
      const { data_files_size_in_mb: _data, video_files_size_in_mb: _video, ...shared } = info;
      const text = {
        ...shared,
        codebase_version: 'v2.1',
        total_episodes: episodes,
        total_frames: frames,
        total_tasks: tasks.length,
        total_videos: episodes * spec.cameras.length,
        total_chunks: Math.ceil(episodes / CHUNK),
        chunks_size: CHUNK,
        splits: { train: `0:${episodes}` },
        data_path: DATA,
        video_path: spec.cameras.length > 0 ? VIDEO : null,
      };
      await write('meta/info.json', new TextEncoder().encode(JSON.stringify(text, null, 4)));
    },
  };
};

/** v2.1 knows no quantiles; pictures have the shape (3, 1, 1). */
const asV21 = (stats: Readonly<Record<string, FeatureStats>>) =>
  Object.fromEntries(
    Object.entries(stats).map(([feature, { min, max, mean, std, count }]) => {
      const shaped = (values: readonly number[]) =>
        feature.startsWith('observation.images.') ? values.map((v) => [[v]]) : values;
      return [feature, { min: shaped(min), max: shaped(max), mean: shaped(mean), std: shaped(std), count: [count] }];
    }),
  );
