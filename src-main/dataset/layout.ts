import { isAbsolute, join, relative, resolve } from 'node:path';
import { corrupt } from './errors';

/** Where things lie in a LeRobot v3.0 folder. Paths in here are relative to the dataset and use forward slashes. */
export const INFO = 'meta/info.json';
export const STATS = 'meta/stats.json';
export const TASKS = 'meta/tasks.parquet';
export const EPISODES = 'meta/episodes';
export const DATA_PATH = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet';
export const VIDEO_PATH = 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4';
/** Files in a folder. */
export const CHUNK = 1000;
/** Episodes in one file of the episode table: bounds what `add` rewrites. */
export const PAGE = 64;

export interface Place {
  readonly chunk: number;
  readonly file: number;
}
export const place = (n: number, chunk = CHUNK): Place => ({ chunk: Math.floor(n / chunk), file: n % chunk });
export const ordinal = (at: Place, chunk = CHUNK): number => at.chunk * chunk + at.file;

export const videoKey = (camera: string): string => `observation.images.${camera}`;

const PARTS: Partial<Record<string, (at: Place) => number>> = Object.assign(Object.create(null), {
  chunk_index: (at: Place) => at.chunk,
  episode_chunk: (at: Place) => at.chunk,
  file_index: (at: Place) => at.file,
  episode_index: (at: Place) => at.file,
});

/** Fills a Python-style path template of info.json: v3.0's, or v2.1's, where each episode is a file. */
export function fill(template: string, at: Place, key = ''): string {
  return template.replace(/\{(\w+)(?::0?(\d+)d)?\}/g, (_, name: string, width: string | undefined) => {
    if (name === 'video_key') return key;
    const number = PARTS[name]?.(at);
    if (number === undefined) throw corrupt(INFO, `its path has an unknown part {${name}}`);
    return String(number).padStart(Math.min(Number(width ?? 0), 12), '0');
  });
}

/** File `page` of the episode table. */
export const episodesFile = (page: number): string =>
  fill(`${EPISODES}/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet`, place(page));

/** An absolute path inside `root`, or a fault: nothing read from a file may lead out of the dataset. */
export function inside(root: string, path: string): string {
  const absolute = resolve(root, path);
  const way = relative(root, absolute);
  if (isAbsolute(path) || way === '' || way.startsWith('..') || isAbsolute(way)) {
    throw corrupt(join(root, INFO), `a path in it leads out of the folder (${path})`);
  }
  return absolute;
}

/** Where removed episodes and their videos wait until somebody empties it. */
export const TRASH = '.trash';
