import { fault } from '../core/fault';
import type { Arrival, Change } from './arrange';
import { stageData } from './data-files';
import { type Entry, leaving, listed, type Next, type Source } from './entry';
import { codeOf } from './files';
import { TableWriter } from './parquet';
import { StatsReader } from './stats-reader';
import { type Content, recordAt, type Store } from './store';
import type { Transaction } from './transaction';
import { stageLabels, type Trash, trashData, trashFolder, trashStats } from './trash';
import { checkTask } from './validate';
import { stageVideos, withVideos } from './video-files';

/** What a dataset and its trash are once a change is carried out. */
export interface Restaged extends Next {
  readonly trash: Trash;
}

/**
 * Stages everything that a change of the list touches but for the tables: rows, videos, trash. Reads and writes one
 * episode after the other, so its memory does not grow with the dataset.
 */
export async function restage(
  store: Store,
  now: Content,
  trash: Trash,
  change: Change,
  transaction: Transaction,
  progress: (share: number) => void = () => undefined,
): Promise<Restaged> {
  const stats = new StatsReader(store, now);
  const places = new Map(now.records.map((record, index) => [record.id, index]));
  const listing = listed(now, change, (arrival) => resolve(store, now, trash, places, stats, arrival));
  const tasks = numbered(now.tasks, listing);

  const items = new Map(trash);
  for (const { pieces } of change.come) {
    for (const { trash: key } of pieces) {
      if (key === undefined || !items.delete(key)) continue;
      transaction.remove(trashFolder(key));
    }
  }
  const gone = leaving(now, change, new Date().toISOString());
  for (const [, item] of gone) items.set(item.key, item);

  const shown: Entry[] = [];
  for (const entry of listing) shown.push(await withVideos(store, now, entry, transaction));
  const { entries, free } = await stageData(store, now, shown, tasks, transaction, progress);
  const alone = new Set(free);
  for (const [index, item] of gone) {
    await stageLabels(transaction, item, await stats.of(index));
    await stageRows(store, now, index, item.key, alone, transaction);
  }
  for (const file of alone) transaction.remove(store.dataPath(store.place(file)));
  stageVideos(store, now, entries, items, transaction);
  return { entries, tasks, trash: items };
}

/** What an arrival is made of. Its record is whole but for its videos and its place among the data files. */
function resolve(
  store: Store,
  now: Content,
  trash: Trash,
  places: ReadonlyMap<string, number>,
  stats: StatsReader,
  arrival: Arrival,
): Entry {
  const sources = arrival.pieces.map((piece): Source => {
    const { from, to } = piece;
    const part = (length: number) => ({ whole: from === 0 && to === length, skip: from });
    if (piece.trash !== undefined) {
      const key = piece.trash;
      const item = trash.get(key);
      if (!item) throw fault('not-found', `The trash has no entry ${key}`, 'Look at the trash again.');
      const range = { file: store.absolute(trashData(key)), row: from, count: to - from };
      const { record } = item;
      return { record, range, ...part(record.length), stats: () => trashStats(store.files, store.folder, key) };
    }
    const index = places.get(piece.live ?? '') ?? -1;
    const record = recordAt(now, index);
    const all = store.range(now, index);
    const range = { file: all.file, row: all.row + from, count: to - from };
    return { record, range, ...part(record.length), stats: () => stats.of(index) };
  });
  const { record: head } = sources[0] as Source;
  const record = {
    id: arrival.id,
    ...arrival.labels,
    length: sources.reduce((sum, source) => sum + source.range.count, 0),
    pilots: [...new Set(sources.flatMap((source) => source.record.pilots))],
    interventions: sources.reduce((sum, source) => sum + source.record.interventions, 0),
    data: head.data,
    videos: {},
  };
  return { record, was: null, labelled: false, sources };
}

/** The list of tasks with those that are new; the same list when there are none. */
function numbered(tasks: readonly string[], entries: readonly Entry[]): readonly string[] {
  const known = new Set(tasks);
  const fresh: string[] = [];
  for (const { record } of entries) {
    if (known.has(record.task)) continue;
    checkTask(record.task);
    known.add(record.task);
    fresh.push(record.task);
  }
  return fresh.length > 0 ? [...tasks, ...fresh] : tasks;
}

/** An episode's rows to the trash: its file as it is where it had one alone. */
async function stageRows(
  store: Store,
  now: Content,
  index: number,
  key: string,
  free: Set<number>,
  change: Transaction,
): Promise<void> {
  const { data } = recordAt(now, index);
  const number = store.ordinal(data);
  const sharing = [index - 1, index + 1].some((k) => {
    const other = now.records[k];
    return other && store.ordinal(other.data) === number;
  });
  const path = store.dataPath(data);
  if (!sharing && free.delete(number)) {
    change.move(path, trashData(key));
    return;
  }
  try {
    if (!sharing) {
      await change.stage(trashData(key), await store.files.read(store.absolute(path)));
      return;
    }
    const rows = await store.read(store.range(now, index), `Reading episode ${index}`);
    const writer = new TableWriter();
    writer.add(store.columns.map((column) => ({ ...column, data: rows.map((row) => row[column.name] ?? null) })));
    await change.stage(trashData(key), await writer.finish());
  } catch (error) {
    // An episode whose file is gone must be removable all the same.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
