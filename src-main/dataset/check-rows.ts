import { toFault } from '../core/fault';
import type { Findings } from './check-report';
import type { Cell, Column, Row } from './parquet';
import { columnStats, type FeatureStats, type Stats } from './stats';
import { type Content, recordAt, type Store } from './store';
import { restand, toRows } from './table';

/** Seconds that a row's time may be off: what LeRobot tolerates. */
export const TOLERANCE = 1e-4;

export interface Expected {
  readonly index: number;
  /** Index of its first row in the dataset. */
  readonly from: number;
  /** Null when the list is lost: then no row's task can be judged. */
  readonly tasks: readonly string[] | null;
  /** Of the episode table. */
  readonly stats: Stats | null;
}

/** Looks at every row of an episode: are they all there, counted and timed right, of known tasks, measured right? */
export async function checkRows(store: Store, content: Content, expected: Expected, found: Findings): Promise<void> {
  const { index } = expected;
  const record = recordAt(content, index);
  let rows: Row[];
  try {
    const range = store.range(content, index);
    rows = await store.read(range, 'Its rows');
    toRows(rows, store.spec, range.file);
  } catch (error) {
    found.broken.add(index);
    found.say('error', `Demonstration ${index} is lost: ${toFault(error).message}`);
    return;
  }
  const wrong = miscounted(rows, expected, store.spec.fps, record.task);
  if (wrong) {
    found.miscounted.add(index);
    found.say('error', `Demonstration ${index} is counted wrongly: ${wrong}`);
    return;
  }
  const off = expected.stats && mismeasured(rows, expected.stats, store);
  if (off) {
    found.mismeasured.add(index);
    found.say('warning', `The statistics of demonstration ${index} do not agree with its rows (${off})`);
  }
}

const number = (cell: Cell | undefined): number => Number(Array.isArray(cell) ? cell[0] : cell);

/** What is wrong with the columns that count, in words; null when nothing is. */
function miscounted(rows: readonly Row[], { index, from, tasks }: Expected, fps: number, task: string): string | null {
  for (const [k, row] of rows.entries()) {
    const should: Record<string, number> = { episode_index: index, index: from + k, frame_index: k };
    for (const [name, value] of Object.entries(should)) {
      if (name in row && number(row[name]) !== value)
        return `row ${k} has ${name} ${number(row[name])} instead of ${value}`;
    }
    const late = number(row.timestamp) - k / fps;
    // The column is float32: its own rounding grows with the time.
    const grain = Math.abs(k / fps) * 2 ** -23;
    if (!(Math.abs(late) <= TOLERANCE + grain))
      return `row ${k} is timed ${number(row.timestamp)} s instead of ${k / fps} s`;
    if (!tasks) continue;
    const name = tasks[number(row.task_index)];
    if (name === undefined) return `row ${k} has the unknown task ${number(row.task_index)}`;
    if (k === 0 && name !== task) return `its rows are of the task "${name}", its entry says "${task}"`;
  }
  return null;
}

/** The first feature whose statistics are not those of the rows; null when all agree. */
function mismeasured(rows: readonly Row[], stats: Stats, store: Store): string | null {
  for (const [feature, real] of Object.entries(statsOfRows(rows, store))) {
    const stored = stats[feature];
    if (stored && !agree(stored, real)) return feature;
  }
  return null;
}

/** What the rows' columns are, as they stand. */
export function columnsOfRows(rows: readonly Row[], store: Store): Column[] {
  const first = rows[0] ?? {};
  const at = { episode: number(first.episode_index), from: number(first.index), task: undefined, success: undefined };
  return restand(rows, at, store.columns);
}

const statsOfRows = (rows: readonly Row[], store: Store): Stats => columnStats(columnsOfRows(rows, store));

/** Equal to 1e-4 of their size. */
export function agree(a: FeatureStats, b: FeatureStats): boolean {
  if (a.count !== b.count) return false;
  return (['min', 'max', 'mean', 'std'] as const).every((measure) =>
    b[measure].every((value, d) => near(a[measure][d] ?? Number.NaN, value)),
  );
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a), Math.abs(b));
