import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { EpisodeInfo } from '../core/episode';
import { corrupt } from './errors';
import { PAGE, type Place, place } from './layout';
import type { Cell, Column, Row } from './parquet';
import { type Stats, statsColumns } from './stats';

/** A part of a video file: frame k is shown at `from` + k / fps. */
export interface Clip extends Place {
  readonly from: number;
  readonly to: number;
}

/** One row of the episode table (`meta/episodes`), its statistics apart. */
export interface EpisodeRecord {
  readonly id: string;
  readonly task: string;
  readonly success: boolean | null;
  readonly tags: readonly string[];
  readonly recorded: string | null;
  readonly length: number;
  readonly pilots: readonly string[];
  readonly interventions: number;
  readonly data: Place;
  readonly videos: Readonly<Record<string, Clip>>;
}

export const toInfo = (record: EpisodeRecord, index: number, fps: number): EpisodeInfo => ({
  index,
  id: record.id,
  task: record.task,
  success: record.success,
  tags: record.tags,
  recorded: record.recorded,
  length: record.length,
  duration: record.length / fps,
  pilots: record.pilots,
  interventions: record.interventions,
  cameras: Object.keys(record.videos),
});

export const ID = /^[a-z0-9-]{1,64}$/;

/** A name for an episode that has none: when it came, and chance. */
export const newId = (): string =>
  `${new Date()
    .toISOString()
    .replace(/\D/g, '')
    .replace(/^(\d{8})(\d{6}).*/, '$1-$2')}-${randomBytes(3).toString('hex')}`;

/** A name close to `wanted` that is not taken. */
export function freeId(wanted: string, taken: (id: string) => boolean): string {
  if (!taken(wanted)) return wanted;
  const base = wanted.slice(0, 56);
  for (let n = 2; ; n++) if (!taken(`${base}-${n}`)) return `${base}-${n}`;
}

/** Who drove, in order of appearance, and how often a person took over from a policy. */
export function whoDrove(
  rows: readonly { readonly pilot: string; readonly intervention: boolean }[],
): Pick<EpisodeRecord, 'pilots' | 'interventions'> {
  const interventions = rows.filter((row, k) => row.intervention && !rows[k - 1]?.intervention).length;
  return { pilots: [...new Set(rows.map((row) => row.pilot))], interventions };
}

/** An episode as a row of page `page`; `from` is the index of its first row in the dataset. */
export interface Listed {
  readonly record: EpisodeRecord;
  readonly from: number;
  readonly stats: Stats;
}

/** File `page` of the table. `keys`: the video feature of each camera. */
export function pageColumns(mine: readonly Listed[], page: number, keys: Readonly<Record<string, string>>): Column[] {
  const first = page * PAGE;
  const at = place(page);
  const of = (name: string, type: Column['type'], value: (r: EpisodeRecord, k: number) => Cell): Column => ({
    name,
    type,
    depth: 0,
    data: mine.map(({ record }, k) => value(record, k)),
  });
  const texts = (name: string, value: (r: EpisodeRecord) => Cell): Column => ({
    name,
    type: 'string',
    depth: 1,
    data: mine.map(({ record }) => value(record)),
  });
  const start = (k: number) => mine[k]?.from ?? 0;
  return [
    of('episode_index', 'int64', (_, k) => first + k),
    texts('tasks', (r) => [r.task]),
    of('length', 'int64', (r) => r.length),
    of('data/chunk_index', 'int64', (r) => r.data.chunk),
    of('data/file_index', 'int64', (r) => r.data.file),
    of('dataset_from_index', 'int64', (_, k) => start(k)),
    of('dataset_to_index', 'int64', (r, k) => start(k) + r.length),
    ...Object.entries(keys).flatMap(([camera, feature]) => {
      const key = `videos/${feature}`;
      return [
        of(`${key}/chunk_index`, 'int64', (r) => r.videos[camera]?.chunk ?? null),
        of(`${key}/file_index`, 'int64', (r) => r.videos[camera]?.file ?? null),
        of(`${key}/from_timestamp`, 'float64', (r) => r.videos[camera]?.from ?? null),
        of(`${key}/to_timestamp`, 'float64', (r) => r.videos[camera]?.to ?? null),
      ];
    }),
    ...statsColumns(mine.map((listed) => listed.stats)),
    of('meta/episodes/chunk_index', 'int64', () => at.chunk),
    of('meta/episodes/file_index', 'int64', () => at.file),
    of('understudy/success', 'bool', (r) => r.success),
    texts('understudy/pilots', (r) => r.pilots),
    of('understudy/interventions', 'int64', (r) => r.interventions),
    of('understudy/id', 'string', (r) => r.id),
    texts('understudy/tags', (r) => r.tags),
    of('understudy/recorded', 'string', (r) => r.recorded),
  ];
}

/** The columns of the table that are our own: a page without them is of another program or an earlier version. */
export const OWN_COLUMNS = ['understudy/success', 'understudy/id', 'understudy/tags', 'understudy/recorded'] as const;

const index = z.number().int().min(0).max(1e9);
const rowSchema = z.object({
  episode_index: index,
  tasks: z.array(z.string()).min(1),
  length: index.min(1),
  dataset_from_index: index.optional(),
  'data/chunk_index': index,
  'data/file_index': index,
  'understudy/success': z.boolean().nullable().default(null),
  'understudy/pilots': z.array(z.string()).nullable().default(null),
  'understudy/interventions': index.nullable().default(null),
  'understudy/id': z.string().regex(ID).nullable().default(null),
  'understudy/tags': z.array(z.string().max(80)).nullable().default(null),
  'understudy/recorded': z.string().max(40).nullable().default(null),
});
const videoSchema = z.tuple([index, index, z.number().min(0), z.number().positive()]);

/** What a row of the table says; `expected` and `from` are the episode's number and first row as counted so far. */
export function parseRecord(
  row: Row,
  expected: number,
  from: number,
  keys: Readonly<Record<string, string>>,
  file: string,
): EpisodeRecord {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) throw corrupt(file, `episode ${expected}: ${z.prettifyError(parsed.error)}`);
  const r = parsed.data;
  if (r.episode_index !== expected)
    throw corrupt(file, `it lists episode ${r.episode_index} where ${expected} should be`);
  if ((r.dataset_from_index ?? from) !== from)
    throw corrupt(file, `episode ${expected} begins with row ${r.dataset_from_index}, not ${from}`);
  const videos = Object.entries(keys).map(([camera, feature]): [string, Clip] => {
    const key = `videos/${feature}`;
    const cells = ['chunk_index', 'file_index', 'from_timestamp', 'to_timestamp'].map((part) => row[`${key}/${part}`]);
    const video = videoSchema.safeParse(cells);
    if (!video.success) throw corrupt(file, `episode ${expected} has no video of ${camera}`);
    const [chunk, number, begin, end] = video.data;
    return [camera, { chunk, file: number, from: begin, to: end }];
  });
  return {
    id: r['understudy/id'] ?? `episode-${expected}`,
    task: r.tasks[0] ?? '',
    success: r['understudy/success'],
    tags: r['understudy/tags'] ?? [],
    recorded: r['understudy/recorded'],
    length: r.length,
    pilots: r['understudy/pilots'] ?? [],
    interventions: r['understudy/interventions'] ?? 0,
    data: { chunk: r['data/chunk_index'], file: r['data/file_index'] },
    videos: Object.fromEntries(videos),
  };
}
