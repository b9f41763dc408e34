import { FaultError } from '../core/fault';
import type { Entry } from './entry';
import { TableWriter } from './parquet';
import { whoDrove } from './record';
import { columnStats, type Stats } from './stats';
import { type Content, type Store, starts } from './store';
import { recount, restand } from './table';
import type { Transaction } from './transaction';

/**
 * Which data file each episode goes to. Files are read in the order of their numbers, so numbers never fall along the
 * list. Episodes that stay keep their file, holes between files are left, and an episode that comes takes its old file,
 * a hole, or a place in its neighbour's file.
 */
export function settle(entries: readonly Entry[], store: Store): number[] {
  const number = (entry: Entry) => store.ordinal(entry.record.data);
  const limits = new Array<number>(entries.length);
  let after = Number.POSITIVE_INFINITY;
  for (let k = entries.length - 1; k >= 0; k--) {
    const entry = entries[k] as Entry;
    limits[k] = after;
    if (entry.was !== null) after = number(entry);
  }
  let before = -1;
  return entries.map((entry, k) => {
    const limit = limits[k] ?? after;
    const wish = number(entry);
    if (entry.was !== null || (wish >= before && wish <= limit)) before = wish;
    else if (before + 1 < limit) before += 1;
    else before = before >= 0 ? before : limit;
    return before;
  });
}

/** Entries by data file, in the order of the list. */
function byFile(files: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [k, file] of files.entries()) {
    const group = groups.get(file);
    if (group) group.push(k);
    else groups.set(file, [k]);
  }
  return groups;
}

/** Files written at the same time: enough to keep the disk busy, few enough to hold in memory. */
const AT_ONCE = 4;

/**
 * Writes every data file whose rows change, one after the other, and says what the entries are then. Rows of episodes
 * that only moved keep everything but the columns that count through the dataset.
 */
export async function stageData(
  store: Store,
  now: Content,
  entries: readonly Entry[],
  tasks: readonly string[],
  change: Transaction,
  progress: (share: number) => void,
): Promise<{ readonly entries: Entry[]; readonly free: number[] }> {
  const files = settle(entries, store);
  const oldFiles = now.records.map((record) => store.ordinal(record.data));
  const old = byFile(oldFiles);
  const from = starts(entries.map((entry) => entry.record));
  const oldFrom = starts(now.records);
  const groups = byFile(files);
  const result = entries.map((entry, k): Entry => {
    if (entry.was !== null) return entry; // who stays keeps its file
    const data = store.place(files[k] ?? 0);
    return { ...entry, record: { ...entry.record, data } };
  });

  const asItWas = (k: number) => {
    const entry = entries[k];
    return entry?.was === k && !entry.labelled && from[k] === oldFrom[k];
  };
  const todo = [...groups].filter(([file, mine]) => {
    const before = old.get(file);
    return before?.length !== mine.length || !mine.every((k, i) => asItWas(k) && entries[k]?.was === before[i]);
  });
  let done = 0;
  const write = async ([file, mine]: [number, number[]]) => {
    const before = old.get(file) ?? [];
    const only = mine.length === before.length && mine.every((k, i) => entries[k]?.was === before[i]);
    try {
      const writer = new TableWriter();
      for (const k of mine) {
        const entry = result[k] as Entry;
        const made = await rowsOf(store, now, entry, { episode: k, from: from[k] ?? 0 }, tasks);
        writer.add(made.columns);
        result[k] = made.entry;
      }
      await change.stage(store.dataPath(store.place(file)), await writer.finish());
    } catch (error) {
      // A damaged file spoils only its own episodes: the others can be edited, it stays as it is.
      const damaged = error instanceof FaultError && (error.kind === 'corrupt' || error.kind === 'not-found');
      if (!only || !damaged || mine.some((k) => entries[k]?.labelled)) throw error;
    }
    progress(++done / todo.length);
  };
  for (let k = 0; k < todo.length; k += AT_ONCE) {
    // All of them are waited for: whoever gives up must not leave one behind that still writes.
    const ends = await Promise.allSettled(todo.slice(k, k + AT_ONCE).map(write));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
  return { entries: result, free: [...old.keys()].filter((file) => !groups.has(file)) };
}

async function rowsOf(
  store: Store,
  now: Content,
  entry: Entry,
  at: { readonly episode: number; readonly from: number },
  tasks: readonly string[],
) {
  const { record, was, sources, labelled } = entry;
  const made = was === null;
  const ranges = made ? sources.map((source) => source.range) : [store.range(now, was)];
  const parts = [];
  for (const range of ranges) parts.push(await store.read(range, `Reading episode ${was ?? record.id}`));
  const stored = parts.flat();
  const relabelled = labelled || (made && (sources.length > 1 || sources[0]?.record.task !== record.task));
  const success = store.own || labelled || (made && record.success !== null) ? record.success : undefined;
  const task = relabelled ? tasks.indexOf(record.task) : undefined;
  const rows = made ? recount(stored, store.spec.fps) : stored;
  const columns = restand(rows, { ...at, task, success }, store.columns);
  if (!made && !labelled) return { columns, entry };
  const driven = sources.length === 1 && sources[0]?.whole ? {} : drivers(stored);
  const stats: Stats = { ...entry.stats, ...columnStats(columns) };
  return { columns, entry: { ...entry, record: { ...record, ...(made && driven) }, stats } };
}

const drivers = (rows: Awaited<ReturnType<Store['read']>>) => {
  const told = rows.every((row) => typeof row['understudy.pilot'] === 'string');
  if (!told) return {};
  return whoDrove(
    rows.map((row) => ({
      pilot: String(row['understudy.pilot']),
      intervention: row['understudy.intervention'] === true,
    })),
  );
};
