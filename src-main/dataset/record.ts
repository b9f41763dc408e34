import { z } from 'zod';
import type { DatasetSpec, EpisodeInfo, EpisodeRow } from '../core/episode';
import { corrupt } from './errors';
import { PAGE, type Place, place, videoKey } from './layout';
import type { Cell, Column, Row } from './parquet';
import { type Stats, statsColumns, statsFromRow } from './stats';
import { definitions } from './table';

/** One row of the episode table (`meta/episodes`). Success, pilots and interventions are our own columns. */
export interface EpisodeRecord {
  readonly task: string;
  readonly success: boolean | null;
  readonly length: number;
  readonly pilots: readonly string[];
  readonly interventions: number;
  readonly data: Place;
  readonly videos: Readonly<Record<string, Place & { readonly from: number; readonly to: number }>>;
  readonly stats: Stats;
}

export const toInfo = (record: EpisodeRecord, index: number, fps: number): EpisodeInfo => ({
  index,
  task: record.task,
  success: record.success,
  length: record.length,
  duration: record.length / fps,
  pilots: record.pilots,
  interventions: record.interventions,
  cameras: Object.keys(record.videos),
});

/** Who drove, in order of appearance, and how often a person took over from a policy. */
export function whoDrove(rows: readonly EpisodeRow[]): Pick<EpisodeRecord, 'pilots' | 'interventions'> {
  const interventions = rows.filter((row, k) => row.intervention && !rows[k - 1]?.intervention).length;
  return { pilots: [...new Set(rows.map((row) => row.pilot))], interventions };
}

/** File `page` of the table: its episodes, `records` being those of the whole dataset. */
export function pageColumns(records: readonly EpisodeRecord[], page: number, spec: DatasetSpec): Column[] {
  const first = page * PAGE;
  const mine = records.slice(first, first + PAGE);
  let from = records.slice(0, first).reduce((sum, r) => sum + r.length, 0);
  const starts = mine.map((r) => {
    from += r.length;
    return from - r.length;
  });
  const at = place(page);
  const of = (name: string, type: Column['type'], value: (r: EpisodeRecord, k: number) => Cell): Column => ({
    name,
    type,
    depth: 0,
    data: mine.map(value),
  });
  const texts = (name: string, value: (r: EpisodeRecord) => Cell): Column => ({
    name,
    type: 'string',
    depth: 1,
    data: mine.map(value),
  });
  return [
    of('episode_index', 'int64', (_, k) => first + k),
    texts('tasks', (r) => [r.task]),
    of('length', 'int64', (r) => r.length),
    of('data/chunk_index', 'int64', (r) => r.data.chunk),
    of('data/file_index', 'int64', (r) => r.data.file),
    of('dataset_from_index', 'int64', (_, k) => starts[k] ?? 0),
    of('dataset_to_index', 'int64', (r, k) => (starts[k] ?? 0) + r.length),
    ...spec.cameras.flatMap(({ name }) => {
      const key = `videos/${videoKey(name)}`;
      return [
        of(`${key}/chunk_index`, 'int64', (r) => r.videos[name]?.chunk ?? null),
        of(`${key}/file_index`, 'int64', (r) => r.videos[name]?.file ?? null),
        of(`${key}/from_timestamp`, 'float64', (r) => r.videos[name]?.from ?? null),
        of(`${key}/to_timestamp`, 'float64', (r) => r.videos[name]?.to ?? null),
      ];
    }),
    ...statsColumns(mine.map((r) => r.stats)),
    of('meta/episodes/chunk_index', 'int64', () => at.chunk),
    of('meta/episodes/file_index', 'int64', () => at.file),
    of('understudy/success', 'bool', (r) => r.success),
    texts('understudy/pilots', (r) => r.pilots),
    of('understudy/interventions', 'int64', (r) => r.interventions),
  ];
}

const index = z.number().int().min(0).max(1e9);
const rowSchema = z.object({
  episode_index: index,
  tasks: z.array(z.string()).min(1),
  length: index.min(1),
  'data/chunk_index': index,
  'data/file_index': index,
  'understudy/success': z.boolean().nullable().default(null),
  'understudy/pilots': z.array(z.string()).default([]),
  'understudy/interventions': index.default(0),
});
const videoSchema = z.tuple([index, index, z.number().min(0), z.number().positive()]);

export function parseRecord(row: Row, expected: number, spec: DatasetSpec, file: string): EpisodeRecord {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) throw corrupt(file, `episode ${expected}: ${z.prettifyError(parsed.error)}`);
  const r = parsed.data;
  if (r.episode_index !== expected)
    throw corrupt(file, `it lists episode ${r.episode_index} where ${expected} should be`);
  const videos = spec.cameras.map(({ name }) => {
    const key = `videos/${videoKey(name)}`;
    const cells = ['chunk_index', 'file_index', 'from_timestamp', 'to_timestamp'].map((part) => row[`${key}/${part}`]);
    const video = videoSchema.safeParse(cells);
    if (!video.success) throw corrupt(file, `episode ${expected} has no video of ${name}`);
    const [chunk, number, from, to] = video.data;
    return [name, { chunk, file: number, from, to }];
  });
  const features = [...definitions(spec).map((d) => d.name), ...spec.cameras.map((c) => videoKey(c.name))];
  return {
    task: r.tasks[0] ?? '',
    success: r['understudy/success'],
    length: r.length,
    pilots: r['understudy/pilots'],
    interventions: r['understudy/interventions'],
    data: { chunk: r['data/chunk_index'], file: r['data/file_index'] },
    videos: Object.fromEntries(videos),
    stats: statsFromRow(row, features),
  };
}
