import type { Arrival, Change } from './arrange';
import type { EpisodeRecord } from './record';
import type { Stats } from './stats';
import type { Content, RowRange } from './store';
import type { TrashItem } from './trash';

/** Rows that an episode is made of, with the episode that they come from. */
export interface Source {
  readonly record: EpisodeRecord;
  readonly range: RowRange;
  /** All of it, or rows of it. */
  readonly whole: boolean;
  /** Rows of `record` before `range`. */
  readonly skip: number;
  readonly stats: () => Promise<Stats>;
}

/** An episode of the list to come. */
export interface Entry {
  readonly record: EpisodeRecord;
  /** Its number now; null when it is not in the list. */
  readonly was: number | null;
  /** Whether its rows carry other labels than on disk. */
  readonly labelled: boolean;
  /** What it is made of, when it is not in the list as it is. */
  readonly sources: readonly Source[];
  /** Known when its rows are written anew. */
  readonly stats?: Stats;
}

/** What a change makes of the dataset. */
export interface Next {
  readonly entries: readonly Entry[];
  readonly tasks: readonly string[];
}

/** The list to come: without those who leave, with those who come, under their labels. */
export function listed(now: Content, change: Change, resolve: (arrival: Arrival) => Entry): Entry[] {
  const gone = new Set(change.leave.map(({ id }) => id));
  const labels = new Map(change.relabel.map(({ id, label }) => [id, label]));
  const entries = now.records.flatMap((record, was): Entry[] => {
    if (gone.has(record.id)) return [];
    const label = labels.get(record.id);
    if (!label) return [{ record, was, labelled: false, sources: [] }];
    const { task = record.task, success = record.success, tags = record.tags } = label;
    const labelled = task !== record.task || success !== record.success;
    return [{ record: { ...record, task, success, tags }, was, labelled, sources: [] }];
  });
  const ends = change.come.filter(({ at }) => at === null);
  const placed = change.come.filter(({ at }) => at !== null);
  const all: Entry[] = [];
  let [stay, come] = [0, 0];
  while (stay < entries.length || come < placed.length) {
    const arrival = placed[come];
    const entry = entries[stay];
    if (arrival && ((arrival.at ?? 0) <= all.length || !entry)) {
      all.push(resolve(arrival));
      come++;
    } else if (entry) {
      all.push(entry);
      stay++;
    }
  }
  return [...all, ...ends.map(resolve)];
}

/** New items of the trash, by key. */
export const leaving = (now: Content, change: Change, removed: string): [index: number, item: TrashItem][] => {
  const keep = new Map(change.leave.flatMap(({ id, keep: kept }) => (kept ? [[id, kept]] : [])));
  return now.records.flatMap((record, index): [number, TrashItem][] => {
    const kept = keep.get(record.id);
    return kept ? [[index, { ...kept, removed, record }]] : [];
  });
};
