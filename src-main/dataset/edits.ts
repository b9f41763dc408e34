import type { EpisodeDraft } from '../core/episode';
import { imageStats } from './images';
import { ordinal, type Place, place, videoKey } from './layout';
import { muxMp4 } from './mp4';
import { type Column, writeColumns } from './parquet';
import { type EpisodeRecord, whoDrove } from './record';
import { columnStats } from './stats';
import { type Content, recordAt, rowsBefore, type Store } from './store';
import { restand, toColumns } from './table';
import type { Transaction } from './transaction';
import { checkDraft, checkTask } from './validate';

/**
 * The three changes of a dataset. Each stages the episode files it needs and says what the dataset will be; the tables
 * that follow from that are staged by the caller. Nothing is changed in place.
 */
export interface Next {
  readonly records: readonly EpisodeRecord[];
  readonly tasks: readonly string[];
  /** The episodes whose rows in the episode table change. */
  readonly from: number;
  readonly to: number;
}

export async function addEpisode(store: Store, now: Content, change: Transaction, draft: EpisodeDraft): Promise<Next> {
  const { spec } = store;
  checkDraft(draft, spec);
  const index = now.records.length;
  const before = now.records[index - 1];
  const [task, tasks] = number(now.tasks, draft.task);
  const columns = toColumns(
    draft,
    { episode: index, from: rowsBefore(now, index), task, success: draft.success },
    spec,
  );
  const data = place(before ? ordinal(before.data) + 1 : 0);
  change.stage(store.dataPath(data), await writeColumns(columns));
  const cameras = await Promise.all(
    Object.entries(draft.videos).map(async ([camera, video]) => {
      const at = freeVideo(now, camera);
      change.stage(store.videoPath(camera, at), await muxMp4(video, spec.fps));
      return { camera, at: { ...at, from: 0, to: draft.rows.length / spec.fps }, stats: await imageStats(video) };
    }),
  );
  const record: EpisodeRecord = {
    task: draft.task,
    success: draft.success,
    length: draft.rows.length,
    ...whoDrove(draft.rows),
    data,
    videos: Object.fromEntries(cameras.map((c) => [c.camera, c.at])),
    stats: { ...columnStats(columns), ...Object.fromEntries(cameras.map((c) => [videoKey(c.camera), c.stats])) },
  };
  return { records: [...now.records, record], tasks, from: index, to: index };
}

/**
 * Later episodes take the number, the rows and the data file of the one before them (LeRobot reads data files in order);
 * videos stay where they are. The removed episode goes to a folder in `.trash`.
 */
export async function removeEpisode(store: Store, now: Content, change: Transaction, index: number): Promise<Next> {
  const gone = recordAt(now, index);
  const trash = `.trash/${new Date().toISOString().replace(/[:.]/g, '-')}-episode-${index}`;
  const data = store.absolute(store.dataPath(gone.data));
  // An episode whose file is gone must be removable all the same.
  if (await store.files.exists(data)) change.stage(`${trash}/data.parquet`, await store.files.read(data));
  const labels = { task: gone.task, success: gone.success, length: gone.length, fps: store.spec.fps };
  change.stage(`${trash}/episode.json`, new TextEncoder().encode(JSON.stringify(labels, null, 2)));
  for (const [camera, at] of Object.entries(gone.videos))
    change.move(store.videoPath(camera, at), `${trash}/${camera}.mp4`);

  const records = now.records.slice(0, index);
  let from = rowsBefore(now, index);
  let free = gone.data;
  for (const [k, record] of now.records.slice(index + 1).entries()) {
    const { stored } = await store.rows(now, index + 1 + k);
    const at = { episode: records.length, from, task: now.tasks.indexOf(record.task), success: record.success };
    const stats = await restage(store, change, free, restand(stored, at, store.spec), record);
    records.push({ ...record, data: free, stats });
    from += record.length;
    free = record.data;
  }
  change.remove(store.dataPath(free));
  return { records, tasks: now.tasks, from: index, to: Number.POSITIVE_INFINITY };
}

export interface Label {
  readonly task?: string;
  readonly success?: boolean | null;
}

export async function relabelEpisode(
  store: Store,
  now: Content,
  change: Transaction,
  index: number,
  label: Label,
): Promise<Next> {
  const old = recordAt(now, index);
  const text = label.task ?? old.task;
  const success = label.success === undefined ? old.success : label.success;
  checkTask(text);
  const [task, tasks] = number(now.tasks, text);
  const { stored } = await store.rows(now, index);
  const at = { episode: index, from: rowsBefore(now, index), task, success };
  const stats = await restage(store, change, old.data, restand(stored, at, store.spec), old);
  const records = now.records.map((record, k) => (k === index ? { ...record, task: text, success, stats } : record));
  return { records, tasks, from: index, to: index };
}

async function restage(
  store: Store,
  change: Transaction,
  data: Place,
  columns: readonly Column[],
  record: EpisodeRecord,
) {
  change.stage(store.dataPath(data), await writeColumns(columns));
  return { ...record.stats, ...columnStats(columns) };
}

/** The number of a task, and the list with it. The same list when it was there already. */
function number(tasks: readonly string[], text: string): [number, readonly string[]] {
  const found = tasks.indexOf(text);
  return found < 0 ? [tasks.length, [...tasks, text]] : [found, tasks];
}

function freeVideo({ records }: Content, camera: string): Place {
  const taken = records.flatMap((record) => record.videos[camera] ?? []).map(ordinal);
  return place(taken.reduce((most, n) => Math.max(most, n), -1) + 1);
}
