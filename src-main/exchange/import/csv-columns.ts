import type { Channel } from '../../core/episode';
import type { Table } from './csv-table';
import { toNumber } from './csv-table';
import { broken, MAX_CHANNELS, strange } from './limits';
import { plainNames } from './names';

/**
 * What a column of a CSV file is, by its name (upper and lower case are the same):
 *   time, timestamp, t                              seconds
 *   state.<joint>, observation.state.<joint>        measured
 *   action.<joint>                                  sent
 *   asked.<joint>                                   asked for, before limits
 *   environment.<value>, observation.environment_state.<value>   where things are, in simulation
 *   task, success                                   text; 1/0, true/false, yes/no or empty
 *   pilot, intervention, clamped                    as our own export writes them
 * A unit may follow a joint in brackets: [rad], [deg], [m], [ratio], [%].
 */
const GROUPS = [
  ['state', /^(?:observation\.)?state\.(.+)$/i],
  ['action', /^action\.(.+)$/i],
  ['asked', /^asked\.(.+)$/i],
  ['environment', /^(?:observation\.)?environment(?:_state)?\.(.+)$/i],
] as const;
type Group = (typeof GROUPS)[number][0];
const TIME = /^(time|timestamp|t)(\s*[[(]s[\])])?$/i;

const UNITS: Record<string, readonly [Channel['unit'], number]> = {
  rad: ['rad', 1],
  deg: ['rad', Math.PI / 180],
  m: ['m', 1],
  ratio: ['ratio', 1],
  '%': ['ratio', 0.01],
};

interface Place {
  readonly column: number;
  readonly channel: Channel;
  /** What a value is multiplied with to be in the channel's unit. */
  readonly scale: number;
}

export interface Columns {
  readonly time: number | null;
  readonly task: number | null;
  readonly success: number | null;
  readonly pilot: number | null;
  readonly intervention: number | null;
  readonly clamped: number | null;
  readonly groups: Readonly<Record<Group, readonly Place[]>>;
  /** Columns that mean nothing here. */
  readonly unknown: readonly string[];
}

export function readColumns(file: string, header: readonly string[]): Columns {
  const find = (test: RegExp) => {
    const at = header.findIndex((name) => test.test(name));
    return at < 0 ? null : at;
  };
  const groups = { state: [] as Place[], action: [] as Place[], asked: [] as Place[], environment: [] as Place[] };
  const fixed = {
    time: find(TIME),
    task: find(/^task$/i),
    success: find(/^(success|next\.success)$/i),
    pilot: find(/^pilot$/i),
    intervention: find(/^intervention$/i),
    clamped: find(/^clamped$/i),
  };
  const unknown: string[] = [];
  for (const [column, name] of header.entries()) {
    const hit = GROUPS.map(([group, test]) => [group, test.exec(name)?.[1]] as const).find(([, rest]) => rest);
    if (hit?.[1]) groups[hit[0]].push(place(hit[1], column));
    else if (!Object.values(fixed).includes(column)) unknown.push(name);
  }
  if (groups.state.length === 0 && groups.action.length === 0) {
    const tip = 'Name columns such as time, state.elbow and action.elbow; see docs/importing.md.';
    throw strange(file, 'none of its columns is a state or an action', tip);
  }
  for (const list of Object.values(groups)) {
    if (list.length > MAX_CHANNELS)
      throw strange(file, `it has ${list.length} columns of one kind`, `Up to ${MAX_CHANNELS} can be imported.`);
  }
  return { ...fixed, groups: named(groups), unknown };
}

function place(text: string, column: number): Place {
  const [, stem = text, unit = ''] = /^(.*?)\s*[[(](rad|deg|m|ratio|%)[\])]$/i.exec(text) ?? [];
  const [kind, scale] = UNITS[unit.toLowerCase()] ?? (['raw', 1] as const);
  return { column, scale, channel: { name: stem.replace(/\.pos$/, ''), unit: kind } };
}

function named(groups: Record<Group, Place[]>): Columns['groups'] {
  const clean = (places: readonly Place[]): Place[] => {
    const names = plainNames(places.map((p) => p.channel.name));
    return places.map((p, i) => ({ ...p, channel: { ...p.channel, name: names[i] ?? p.channel.name } }));
  };
  const { state, action, asked, environment } = groups;
  return { state: clean(state), action: clean(action), asked: clean(asked), environment: clean(environment) };
}

/** The numbers of these columns, row by row. */
export function vectors(file: string, table: Table, places: readonly Place[]): number[][] {
  return table.rows.map((cells, k) =>
    places.map(({ column, scale }) => {
      const value = toNumber(cells[column] ?? '', table.decimalComma);
      if (value === null) throw notNumber(file, table, k, column);
      return value * scale;
    }),
  );
}

function notNumber(file: string, table: Table, k: number, column: number): Error {
  const cell = (table.rows[k]?.[column] ?? '').slice(0, 40);
  return broken(file, `row ${k + 1}, column ${table.header[column]?.slice(0, 60)}: "${cell}" is not a number`);
}

/** Seconds of each row, never going back; null when the file does not say. */
export function times(file: string, table: Table, column: number | null): number[] | null {
  if (column === null) return null;
  const values = table.rows.map((cells, k) => {
    const value = toNumber(cells[column] ?? '', table.decimalComma);
    if (value === null) throw notNumber(file, table, k, column);
    return value;
  });
  const back = values.findIndex((t, k) => k > 0 && t <= (values[k - 1] as number));
  if (back >= 0) throw broken(file, `the time of row ${back + 1} does not go on from the row before`);
  return values;
}

/** The last word on success in the file; null when nobody judged. */
export function verdict(file: string, table: Table, column: number | null): boolean | null {
  if (column === null) return null;
  const words = table.rows.map((cells) => (cells[column] ?? '').toLowerCase()).filter((word) => word !== '');
  const strange = words.find((word) => !/^(1|0|1\.0|0\.0|true|false|yes|no)$/.test(word));
  if (strange !== undefined)
    throw broken(file, `"${strange.slice(0, 40)}" in the column success is neither true nor false`);
  return words.length === 0 ? null : words.some((word) => /^(1|1\.0|true|yes)$/.test(word));
}
