import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatasetSpec, EpisodeDraft } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { videoStats } from '../../src-main/dataset/images';
import { withTotals } from '../../src-main/dataset/info';
import { episodesFile, fill, INFO, PAGE, place, STATS, TASKS, videoKey } from '../../src-main/dataset/layout';
import { muxMp4 } from '../../src-main/dataset/mp4';
import { newInfo } from '../../src-main/dataset/own';
import { writeColumns } from '../../src-main/dataset/parquet';
import { type EpisodeRecord, type Listed, pageColumns, whoDrove } from '../../src-main/dataset/record';
import { columnStats, poolAll, type Stats, statsJson } from '../../src-main/dataset/stats';
import { definitions, toColumns } from '../../src-main/dataset/table';
import { writeTasks } from '../../src-main/dataset/tasks';
import { encodePictures } from '../../test/interop/pictures';

/**
 * A large dataset, file for file as recording it would have made it (a data file for every episode, 64 episodes a page
 * of the table, statistics and all), save that the episodes share one video a camera, each showing a part of it.
 * LeRobot opens it.
 */
export const SPEC: DatasetSpec = {
  robot: 'so101-sim',
  joints: [
    { name: 'shoulder_pan', unit: 'rad' },
    { name: 'shoulder_lift', unit: 'rad' },
    { name: 'elbow_flex', unit: 'rad' },
    { name: 'wrist_flex', unit: 'rad' },
    { name: 'wrist_roll', unit: 'rad' },
    { name: 'gripper', unit: 'ratio' },
  ],
  environment: [],
  fps: 30,
  cameras: [
    { name: 'front', width: 96, height: 96 },
    { name: 'wrist', width: 96, height: 96 },
  ],
};
const TASKS_KNOWN = [
  'push the cube',
  'reach the target',
  'stack',
  'sort by colour',
  'open the drawer',
  'fold the cloth',
];
const TAGS = ['slow', 'left-side', 'clean', 'regrasp', 'night'];
/** Frames of the shared videos; the longest episode. */
const LONGEST = 60;
/** Different episodes; the ten thousand repeat them at other places. */
const KINDS = 40;
const FILES_AT_ONCE = 32;

function draft(seed: number): EpisodeDraft {
  const random = new Random(seed);
  const phase = random.between(0, 6);
  const rows = Array.from({ length: 20 + random.below(LONGEST - 20) }, (_, k) => {
    const state = SPEC.joints.map((_joint, j) => Math.sin(k / 13 + phase + j));
    const action = state.map((value) => value + 0.01 * random.normal());
    const person = seed % 5 === 0 && k > 10;
    return {
      t: 1000 + k / 30,
      state,
      action,
      asked: action,
      environment: [],
      pilot: person ? 'person' : 'policy',
      intervention: person,
      clamped: '',
    };
  });
  return { task: TASKS_KNOWN[seed % TASKS_KNOWN.length] ?? '', success: null, rows, videos: {} };
}

export interface BigDataset {
  readonly episodes: number;
  readonly frames: number;
}

/** Writes it into a new folder. Interrupted or another number of episodes: made anew. */
export async function writeBigDataset(folder: string, episodes: number): Promise<BigDataset> {
  const mark = join(folder, '.generated.json');
  if (existsSync(mark)) {
    const made: BigDataset = JSON.parse(await readFile(mark, 'utf8'));
    if (made.episodes === episodes) return made;
  }
  await rm(folder, { recursive: true, force: true });
  const folders = new Set<string>();
  const write = async (path: string, data: Uint8Array | string) => {
    const file = join(folder, path);
    if (!folders.has(dirname(file))) await mkdir(dirname(file), { recursive: true });
    folders.add(dirname(file));
    await writeFile(file, data);
  };
  const info = newInfo(SPEC);
  const columns = definitions(info);
  const keys = Object.fromEntries(SPEC.cameras.map(({ name }) => [name, videoKey(name)]));
  const pixels: Record<string, Stats[string]> = {};
  for (const [c, { name, width, height }] of SPEC.cameras.entries()) {
    const path = fill(info.video_path ?? '', place(0), videoKey(name));
    await write(path, await muxMp4(await encodePictures(LONGEST, width, height, c), SPEC.fps));
    pixels[videoKey(name)] = await videoStats({ file: join(folder, path), from: 0, count: LONGEST }, SPEC.fps);
  }
  const kinds = Array.from({ length: KINDS }, (_, seed) => {
    const made = draft(seed);
    const at = { episode: 0, from: 0, task: TASKS_KNOWN.indexOf(made.task), success: null };
    return { made, stats: { ...columnStats(toColumns(made, at, SPEC, columns)), ...pixels } };
  });

  const random = new Random(7);
  const poolsOfPages: Stats[] = [];
  let page: Listed[] = [];
  let pending: Promise<void>[] = [];
  let from = 0;
  for (let k = 0; k < episodes; k++) {
    const { made, stats } = kinds[random.below(KINDS)] as (typeof kinds)[number];
    const success = [true, true, true, false, null][random.below(5)] ?? null;
    const length = made.rows.length;
    const at = { episode: k, from, task: TASKS_KNOWN.indexOf(made.task), success };
    const cells = toColumns(made, at, SPEC, columns);
    const data = place(k);
    pending.push(writeColumns(cells).then((bytes) => write(fill(info.data_path, data), bytes)));
    const first = random.below(LONGEST - length + 1);
    const clip = { ...place(0), from: first / SPEC.fps, to: (first + length) / SPEC.fps };
    const record: EpisodeRecord = {
      id: `e${k.toString(36)}`,
      task: made.task,
      success,
      tags: TAGS.filter(() => random.below(8) === 0).sort(),
      recorded: new Date(Date.UTC(2026, 0, 1) + k * 97_000).toISOString(),
      length,
      ...whoDrove(made.rows),
      data,
      videos: Object.fromEntries(SPEC.cameras.map(({ name }) => [name, clip])),
    };
    const place0 = columnStats(cells.filter(({ name }) => name === 'episode_index' || name === 'index'));
    page.push({ record, from, stats: { ...stats, ...place0 } });
    from += length;
    if (pending.length >= FILES_AT_ONCE) {
      await Promise.all(pending);
      pending = [];
    }
    if (page.length === PAGE || k === episodes - 1) {
      const number = Math.floor(k / PAGE);
      poolsOfPages.push(poolAll(page.map((listed) => listed.stats)));
      await write(episodesFile(number), await writeColumns(pageColumns(page, number, keys)));
      page = [];
    }
  }
  await Promise.all(pending);
  const total = withTotals(info, { episodes, frames: from, tasks: TASKS_KNOWN.length });
  await write(TASKS, await writeTasks(TASKS_KNOWN));
  await write(STATS, statsJson(poolAll(poolsOfPages)));
  await write(INFO, JSON.stringify(total, null, 4));
  const result = { episodes, frames: from };
  await writeFile(mark, JSON.stringify(result));
  return result;
}

/** One more demonstration that fits it, videos and all. */
export async function sampleDraft(): Promise<EpisodeDraft> {
  const one = draft(3);
  const clips = SPEC.cameras.map(async ({ name, width, height }, c) => {
    return [name, await encodePictures(one.rows.length, width, height, c)] as const;
  });
  return { ...one, success: true, videos: Object.fromEntries(await Promise.all(clips)) };
}
