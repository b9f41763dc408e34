import { z } from 'zod';
import type { DatasetSpec, EpisodeDraft, EpisodeRow } from '../core/episode';
import { corrupt } from './errors';
import type { Cell, Column, ColumnType, Row } from './parquet';
import { fromStored, scales, toStored } from './units';

/** An episode's rows as the columns of its data file, in LeRobot's units, and back. */
type Definition = Omit<Column, 'data'>;

const list = (name: string, dims: number): Definition => ({ name, type: 'float32', depth: dims === 1 ? 0 : 1 });
const one = (name: string, type: ColumnType): Definition => ({ name, type, depth: 0 });

/** When a camera's picture was really taken, on the clock of `understudy.time`. */
export const takenKey = (camera: string): string => `understudy.taken.${camera}`;

export function definitions(spec: DatasetSpec): Definition[] {
  const n = spec.joints.length;
  return [
    list('observation.state', n),
    list('action', n),
    ...(spec.environment.length > 0 ? [list('observation.environment_state', spec.environment.length)] : []),
    one('next.success', 'bool'),
    one('understudy.time', 'float64'),
    list('understudy.asked', n),
    one('understudy.intervention', 'bool'),
    one('understudy.pilot', 'string'),
    ...spec.cameras.map(({ name }) => one(takenKey(name), 'float64')),
    one('timestamp', 'float32'),
    one('frame_index', 'int64'),
    one('episode_index', 'int64'),
    one('index', 'int64'),
    one('task_index', 'int64'),
  ];
}

/** Where an episode stands in the dataset. */
export interface Standing {
  readonly episode: number;
  /** Index of its first row in the dataset. */
  readonly from: number;
  readonly task: number;
  readonly success: boolean | null;
}

/** Columns that depend on where the episode stands and on its labels; row `k` of `length`. */
const standing = (at: Standing, k: number, length: number): Row => ({
  episode_index: at.episode,
  index: at.from + k,
  task_index: at.task,
  'next.success': at.success === true && k === length - 1,
});

export function toColumns(draft: EpisodeDraft, at: Standing, spec: DatasetSpec): Column[] {
  const scale = scales(spec.joints);
  const rows = draft.rows.map(
    (row, k): Row => ({
      ...standing(at, k, draft.rows.length),
      'observation.state': toStored(row.state, scale),
      action: toStored(row.action, scale),
      'observation.environment_state': row.environment.map(Math.fround),
      'understudy.time': row.t,
      'understudy.asked': toStored(row.asked, scale),
      'understudy.intervention': row.intervention,
      'understudy.pilot': row.pilot,
      ...Object.fromEntries(
        spec.cameras.map(({ name }) => [takenKey(name), draft.videos[name]?.frames[k]?.t ?? row.t]),
      ),
      timestamp: Math.fround(k / spec.fps),
      frame_index: k,
    }),
  );
  return gather(rows, spec);
}

/** The same rows at another place or with other labels; everything else is kept to the bit. */
export const restand = (rows: readonly Row[], at: Standing, spec: DatasetSpec): Column[] =>
  gather(
    rows.map((row, k) => ({ ...row, ...standing(at, k, rows.length) })),
    spec,
  );

const gather = (rows: readonly Row[], spec: DatasetSpec): Column[] =>
  definitions(spec).map((definition) => ({
    ...definition,
    data: rows.map((row): Cell => {
      const cell = row[definition.name] ?? null;
      return definition.depth === 0 && Array.isArray(cell) ? (cell[0] ?? null) : cell;
    }),
  }));

const vector = (dims: number) =>
  z.preprocess((cell) => (typeof cell === 'number' ? [cell] : cell), z.array(z.number()).length(dims));

/** The rows of episode `index` in robot units. `file` is named when they cannot be trusted. */
export function toRows(stored: readonly Row[], spec: DatasetSpec, file: string): EpisodeRow[] {
  const scale = scales(spec.joints);
  const joints = vector(spec.joints.length);
  const schema = z.object({
    'observation.state': joints,
    action: joints,
    'observation.environment_state':
      spec.environment.length > 0 ? vector(spec.environment.length) : z.array(z.number()).default([]),
    'understudy.time': z.number(),
    'understudy.asked': joints,
    'understudy.intervention': z.boolean(),
    'understudy.pilot': z.string(),
  });
  return stored.map((cells, k) => {
    const parsed = schema.safeParse(cells);
    if (!parsed.success) throw corrupt(file, `row ${k}: ${z.prettifyError(parsed.error)}`);
    const row = parsed.data;
    return {
      t: row['understudy.time'],
      state: fromStored(row['observation.state'], scale),
      action: fromStored(row.action, scale),
      asked: fromStored(row['understudy.asked'], scale),
      environment: row['observation.environment_state'],
      pilot: row['understudy.pilot'],
      intervention: row['understudy.intervention'],
    };
  });
}
