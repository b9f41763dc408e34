import { basename, dirname, join } from 'node:path';
import type { Channel, DatasetSpec, EpisodeDraft, EpisodeRow } from '../../core/episode';
import { type About, readAbout, withUnits } from './csv-about';
import { type Columns, readColumns, times, vectors, verdict } from './csv-columns';
import { type Item, pair } from './csv-pairs';
import { readTable, type Table } from './csv-table';
import { broken, checkExtent, even, MAX_CAMERAS, strange } from './limits';
import { taskFrom } from './names';
import { importedRow } from './row';
import type { ImportOptions, ImportSource, Step } from './types';
import { takeVideo, videoSize } from './video';

export const CSV_FPS = 30;

/** `NAME.csv` with a header is an episode; its videos are found by name. `files`: names in `folder`, in order. */
export async function openCsv(folder: string, files: readonly string[], options: ImportOptions): Promise<ImportSource> {
  const items = pair(files);
  const about = await readAbout(folder, files);
  let first: unknown;
  for (const item of items) {
    try {
      return new CsvFolder(folder, items, await look(folder, item, options, about), options);
    } catch (error) {
      first ??= error;
    }
  }
  throw first ?? strange(folder, 'it holds no CSV file', 'Choose a folder with an episode in each NAME.csv.');
}

interface Looked {
  readonly spec: DatasetSpec;
  readonly notes: readonly string[];
}

const channels = (places: Columns['groups']['state']): Channel[] => places.map((place) => place.channel);

async function look(
  folder: string,
  { csv, videos }: Item,
  options: ImportOptions,
  about: About | null,
): Promise<Looked> {
  const file = join(folder, csv);
  const table = await readTable(file);
  const columns = readColumns(file, table.header);
  const { state, action, environment } = columns.groups;
  const sent = withUnits(channels(action), about?.action);
  const seen = withUnits(channels(state), about?.joints);
  const driven = sent.length > 0 ? sent : seen;
  const measured = seen.length > 0 ? seen : sent;
  const same = JSON.stringify(driven) === JSON.stringify(measured);
  const clock = times(file, table, columns.time);
  const measuredRate = clock ? rateOf(clock) : null;
  if (videos.size > MAX_CAMERAS)
    throw strange(file, `it has ${videos.size} videos`, `Up to ${MAX_CAMERAS} can be imported.`);
  const cameras: { name: string; width: number; height: number }[] = [];
  for (const [name, video] of [...videos].sort()) {
    const { width, height } = await videoSize(join(folder, video));
    cameras.push({ name, width: even(width), height: even(height) });
  }
  const rate = options.fps ?? about?.fps ?? measuredRate;
  return {
    spec: {
      robot: options.robot ?? about?.robot ?? 'imported',
      joints: measured,
      ...(!same && { action: driven }),
      environment: channels(environment).map((channel) => channel.name),
      fps: rate ?? CSV_FPS,
      cameras,
    },
    notes: [
      ...(rate ? [] : [`There is no column time: ${CSV_FPS} rows a second were assumed.`]),
      ...(columns.unknown.length > 0
        ? [`Columns that mean nothing here were left out: ${list(columns.unknown)}.`]
        : []),
      ...(action.length === 0
        ? ['There are no actions: the state of the next row was taken, as if shown by hand.']
        : []),
      ...(state.length === 0 ? ['There are no states: the actions were taken for them.'] : []),
    ],
  };
}

const list = (names: readonly string[]): string =>
  names
    .slice(0, 8)
    .map((name) => name.slice(0, 40))
    .join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');

/** Whole rows a second, 1–1000; null for a single row. */
function rateOf(clock: readonly number[]): number | null {
  const span = (clock.at(-1) ?? 0) - (clock[0] ?? 0);
  if (clock.length < 2) return null;
  return Math.max(1, Math.min(1000, Math.round((clock.length - 1) / span)));
}

class CsvFolder implements ImportSource {
  readonly kind = 'csv-folder';
  readonly names: readonly string[];
  readonly spec: DatasetSpec;
  readonly notes: readonly string[];

  constructor(
    private readonly folder: string,
    private readonly items: readonly Item[],
    looked: Looked,
    private readonly options: ImportOptions,
  ) {
    this.spec = looked.spec;
    this.notes = looked.notes;
    this.names = items.map((item) => item.csv);
  }

  async read(index: number, step: Step): Promise<EpisodeDraft> {
    const { csv, videos } = this.items[index] as Item;
    const { spec, folder } = this;
    const file = join(folder, csv);
    const table = await readTable(file);
    const columns = readColumns(file, table.header);
    const rows = this.#rows(file, table, columns);
    const encoded: [string, EpisodeDraft['videos'][string]][] = [];
    const clock = rows.map((row) => row.t);
    for (const [i, { name, width, height }] of spec.cameras.entries()) {
      const video = videos.get(name);
      if (!video) throw broken(file, `it has no video of ${name}, such as ${basename(csv, '.csv')}_${name}.mp4`);
      const plan = { width, height, fps: spec.fps, cameras: spec.cameras.length, times: clock };
      encoded.push([name, await takeVideo(join(folder, video), plan, (s) => step((i + s) / spec.cameras.length))]);
    }
    const words = columns.task === null ? '' : (table.rows[0]?.[columns.task] ?? '').trim().slice(0, 500);
    return {
      task: this.options.task ?? (words || taskFrom(this.items.length > 1 ? dirname(file) : file)),
      success: verdict(file, table, columns.success),
      recorded: null,
      rows,
      videos: Object.fromEntries(encoded),
    };
  }

  /** Each episode opens its own files. */
  async close(): Promise<void> {}

  #rows(file: string, table: Table, columns: Columns): EpisodeRow[] {
    const { joints, action: driven = joints, fps } = this.spec;
    const { groups } = columns;
    const clock = times(file, table, columns.time) ?? table.rows.map((_, k) => k / fps);
    const rate = rateOf(clock);
    if (columns.time !== null && rate && !this.options.fps && Math.abs(rate - fps) > Math.max(1, fps * 0.05)) {
      const tip = 'Import episodes of another rate into a dataset of their own, or give the rate.';
      throw strange(file, `it has ${rate} rows a second, those before have ${fps}`, tip);
    }
    const state = vectors(file, table, groups.state.length > 0 ? groups.state : groups.action);
    const action = groups.action.length > 0 ? vectors(file, table, groups.action) : shifted(state);
    const asked = groups.asked.length === groups.action.length && groups.asked.length > 0;
    const wanted = asked ? vectors(file, table, groups.asked) : action;
    const things = vectors(file, table, groups.environment);
    checkExtent(file, state.length, joints.length + driven.length);
    this.#fits(file, columns);
    return state.map((now, k) => ({
      ...importedRow(clock[k] as number, now, action[k] as number[], things[k] as number[]),
      asked: wanted[k] as number[],
      ...notes(columns, table.rows[k] ?? []),
    }));
  }

  #fits(file: string, { groups }: Columns): void {
    const { joints, action = joints, environment } = this.spec;
    const pairs = [
      [groups.state.length > 0 ? groups.state : groups.action, joints.map((c) => c.name)],
      [groups.action.length > 0 ? groups.action : groups.state, action.map((c) => c.name)],
      [groups.environment, environment],
    ] as const;
    for (const [places, names] of pairs) {
      const found = places.map((place) => place.channel.name);
      if (found.join() === names.join()) continue;
      const tip = 'Import episodes with other columns into a dataset of their own.';
      throw strange(file, `its columns are ${list(found)}; those before had ${list(names)}`, tip);
    }
  }
}

/** Who drove and what was noted, where the table says. */
function notes({ pilot, intervention, clamped }: Columns, cells: readonly string[]): Partial<EpisodeRow> {
  const word = (column: number | null, most: number) => (column === null ? '' : (cells[column] ?? '').slice(0, most));
  const driver = word(pilot, 40);
  return {
    ...(driver !== '' && { pilot: driver }),
    intervention: /^(true|1)$/i.test(word(intervention, 5)),
    clamped: word(clamped, 200),
  };
}

/** The next row's; the last one's own. */
const shifted = (state: readonly number[][]): number[][] => state.map((now, k) => state[k + 1] ?? now);
