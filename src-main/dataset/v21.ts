import { join } from 'node:path';
import { z } from 'zod';
import { corrupt } from './errors';
import type { Files } from './files';
import type { Info } from './info';
import type { EpisodeTable } from './pages';
import type { Clip, EpisodeRecord } from './record';

/**
 * Folders of LeRobot v2.1 and v2.0 (its tag v0.3.3, lerobot/datasets/utils.py), to be read: tables of JSON lines, a data
 * file and a video an episode. Places hold the episode's chunk and its number, as the path templates want them.
 */
const EPISODES = 'meta/episodes.jsonl';
const TASKS = 'meta/tasks.jsonl';
const MOST_BYTES = 256 * 2 ** 20;
const MOST_LINES = 1_000_000;

const index = z.number().int().min(0).max(1e9);
const episodeSchema = z.object({
  episode_index: index,
  tasks: z.array(z.string()).min(1),
  length: index.min(1),
});
const taskSchema = z.object({ task_index: index, task: z.string() });

export async function readV21(
  files: Files,
  root: string,
  info: Info,
  cameras: readonly string[],
): Promise<EpisodeTable & { readonly tasks: readonly string[] }> {
  const episodes = await lines(files, join(root, EPISODES), episodeSchema);
  const tasks = await lines(files, join(root, TASKS), taskSchema);
  if (episodes.length < info.total_episodes)
    throw corrupt(join(root, EPISODES), `it lists ${episodes.length} episodes, but info.json ${info.total_episodes}`);
  const records = episodes.map(({ episode_index, tasks: texts, length }, k): EpisodeRecord => {
    if (episode_index !== k)
      throw corrupt(join(root, EPISODES), `it lists episode ${episode_index} where ${k} should be`);
    const at = { chunk: Math.floor(k / info.chunks_size), file: k };
    const clip: Clip = { ...at, from: 0, to: length / info.fps };
    return {
      id: `episode-${k}`,
      task: texts[0] ?? '',
      success: null,
      tags: [],
      recorded: null,
      length,
      pilots: [],
      interventions: 0,
      data: at,
      videos: Object.fromEntries(cameras.map((camera) => [camera, clip])),
    };
  });
  return { records, pages: [], own: false, tasks: tasks.map(({ task }) => task) };
}

async function lines<T>(files: Files, file: string, schema: z.ZodType<T>): Promise<T[]> {
  const size = await files.size(file);
  if (size > MOST_BYTES) throw corrupt(file, `it has ${size} bytes`);
  const text = new TextDecoder().decode(await files.read(file));
  const found: T[] = [];
  for (const [k, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (found.length >= MOST_LINES) throw corrupt(file, `it has more than ${MOST_LINES} lines`);
    found.push(parse(line, schema, `${file}, line ${k + 1}`));
  }
  return found;
}

function parse<T>(line: string, schema: z.ZodType<T>, where: string): T {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw corrupt(where, 'it is not JSON', error);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw corrupt(where, z.prettifyError(parsed.error));
  return parsed.data;
}
