import { z } from 'zod';
import type { DatasetSpec, Episode, EpisodeDraft, EpisodeRow } from '../core/episode';
import { corrupt, misfit } from './errors';
import type { Info } from './info';
import { takenKey } from './own';
import type { Cell, Column, ColumnType, Row } from './parquet';
import { fromStored, scales, toStored } from './units';

/** An episode's rows as the columns of its data file, in LeRobot's units, and back. */
export type Definition = Omit<Column, 'data'>;

const TYPES: Record<string, ColumnType> = {
  float32: 'float32',
  float64: 'float64',
  int64: 'int64',
  int32: 'int32',
  int16: 'int32',
  int8: 'int32',
  uint8: 'int32',
  uint16: 'int32',
  bool: 'bool',
  string: 'string',
};

/** Columns of the data files in the order of info.json: what it declares is what is written, whoever declared it. */
export function definitions(info: Info): Definition[] {
  return Object.entries(info.features).flatMap(([name, { dtype, shape }]) => {
    const type = TYPES[dtype];
    if (!type || dtype === 'video') return [];
    return [{ name, type, depth: shape.length === 1 && shape[0] === 1 ? 0 : shape.length }];
  });
}

/** Features whose values we cannot write, such as pictures in the tables. */
export const unwritable = (info: Info): string[] =>
  Object.entries(info.features)
    .filter(([, { dtype }]) => dtype !== 'video' && !TYPES[dtype])
    .map(([name]) => name);

/** Where an episode stands in the dataset. */
export interface Standing {
  readonly episode: number;
  /** Index of its first row in the dataset. */
  readonly from: number;
  /** Its number; undefined leaves what is there. */
  readonly task: number | undefined;
  /** Written into the rows; undefined leaves what another program wrote there. */
  readonly success: boolean | null | undefined;
}

/** Columns that depend on where the episode stands and on its labels; row `k` of `length`. */
const standing = (at: Standing, k: number, length: number): Row => ({
  episode_index: at.episode,
  index: at.from + k,
  ...(at.task !== undefined && { task_index: at.task }),
  ...(at.success !== undefined && { 'next.success': at.success === true && k === length - 1 }),
});

/** Columns that count from the episode's first row. */
const counted = (k: number, length: number, fps: number): Row => ({
  timestamp: Math.fround(k / fps),
  frame_index: k,
  'next.done': k === length - 1,
});

export function toColumns(
  draft: EpisodeDraft,
  at: Standing,
  spec: DatasetSpec,
  columns: readonly Definition[],
): Column[] {
  const scale = scales(spec.joints);
  const actionScale = scales(spec.action ?? spec.joints);
  const length = draft.rows.length;
  const rows = draft.rows.map(
    (row, k): Row => ({
      ...standing(at, k, length),
      'observation.state': toStored(row.state, scale),
      action: toStored(row.action, actionScale),
      'observation.environment_state': row.environment.map(Math.fround),
      'understudy.time': row.t,
      'understudy.asked': toStored(row.asked, actionScale),
      'understudy.intervention': row.intervention,
      'understudy.pilot': row.pilot,
      'understudy.clamped': row.clamped,
      ...Object.fromEntries(
        spec.cameras.map(({ name }) => [takenKey(name), draft.videos[name]?.frames[k]?.t ?? row.t]),
      ),
      ...counted(k, length, spec.fps),
    }),
  );
  const lacking = columns.find((column) => !(column.name in (rows[0] ?? {})));
  if (lacking) throw misfit(`This dataset of another program also wants "${lacking.name}", which is not recorded`);
  return gather(rows, columns);
}

/** The same rows at another place or with other labels; everything else is kept to the bit. */
export const restand = (rows: readonly Row[], at: Standing, columns: readonly Definition[]): Column[] =>
  gather(
    rows.map((row, k) => ({ ...row, ...standing(at, k, rows.length) })),
    columns,
  );

/** Rows of one or more episodes as one episode that begins with the first of them. */
export const recount = (rows: readonly Row[], fps: number): Row[] =>
  rows.map((row, k) => ({ ...row, ...counted(k, rows.length, fps) }));

const gather = (rows: readonly Row[], columns: readonly Definition[]): Column[] =>
  columns.map((definition) => ({
    ...definition,
    data: rows.map((row): Cell => {
      const cell = row[definition.name] ?? null;
      return definition.depth === 0 && Array.isArray(cell) ? (cell[0] ?? null) : cell;
    }),
  }));

const vector = (dims: number) =>
  z.preprocess((cell) => (typeof cell === 'number' ? [cell] : cell), z.array(z.number()).length(dims));

const READ = /^(observation\.state|action|observation\.environment_state|timestamp|episode_index|understudy\..*)$/;
/** The columns that `toRows` looks at. */
export const isRead = (name: string): boolean => READ.test(name);

/** When each frame of each camera was taken, where every row says so. */
export function takenIn(stored: readonly Row[], { cameras }: DatasetSpec): Pick<Episode, 'taken'> {
  const found = cameras.flatMap(({ name }) => {
    const times = stored.map((row) => row[takenKey(name)]);
    return times.every((t) => typeof t === 'number' && Number.isFinite(t)) ? [[name, times as number[]] as const] : [];
  });
  return found.length > 0 ? { taken: Object.fromEntries(found) } : {};
}

/** The rows of an episode in robot units. `file` is named when they cannot be trusted. */
export function toRows(stored: readonly Row[], spec: DatasetSpec, file: string): EpisodeRow[] {
  const scale = scales(spec.joints);
  const action = spec.action ?? spec.joints;
  const actionScale = scales(action);
  const schema = z.object({
    'observation.state': vector(spec.joints.length),
    action: vector(action.length),
    'observation.environment_state':
      spec.environment.length > 0 ? vector(spec.environment.length) : z.array(z.number()).default([]),
    timestamp: z.preprocess((cell) => (Array.isArray(cell) ? cell[0] : cell), z.number()),
    'understudy.time': z.number().optional(),
    'understudy.asked': vector(action.length).optional(),
    'understudy.intervention': z.boolean().default(false),
    'understudy.pilot': z.string().default('unknown'),
    'understudy.clamped': z.string().nullable().default(null),
  });
  return stored.map((cells, k) => {
    const parsed = schema.safeParse(cells);
    if (!parsed.success) throw unreadable(file, cells, k, parsed.error, spec);
    const row = parsed.data;
    return {
      t: row['understudy.time'] ?? row.timestamp,
      state: fromStored(row['observation.state'], scale),
      action: fromStored(row.action, actionScale),
      asked: fromStored(row['understudy.asked'] ?? row.action, actionScale),
      environment: row['observation.environment_state'],
      pilot: row['understudy.pilot'],
      intervention: row['understudy.intervention'],
      clamped: row['understudy.clamped'] ?? '',
    };
  });
}

/** Names the episode, the frame in it and the value, so that a person can cut it out. */
function unreadable(file: string, cells: Row, k: number, error: z.ZodError, spec: DatasetSpec): Error {
  const episode = cells.episode_index;
  const where =
    typeof episode === 'number' || typeof episode === 'bigint' ? `Episode ${episode}, frame ${k}` : `Row ${k}`;
  const [issue] = error.issues;
  const [column, at] = issue?.path ?? [];
  const list = { 'observation.state': spec.joints, action: spec.action ?? spec.joints }[String(column)] ?? [];
  const value = typeof at === 'number' && typeof column === 'string' ? [cells[column]].flat()[at] : undefined;
  if (typeof value !== 'number' || typeof at !== 'number') return corrupt(file, `${where}: ${z.prettifyError(error)}`);
  const what = list[at]?.name ?? `value ${at}`;
  return corrupt(file, `${where}: ${what} of ${String(column)} is not a number (${value})`);
}
