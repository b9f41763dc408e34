import type { EpisodeDraft } from '../core/episode';
import { normal } from './arrange';
import type { Entry, Next } from './entry';
import { imageStats } from './images';
import { muxMp4 } from './mp4';
import { writeColumns } from './parquet';
import { type EpisodeRecord, newId, whoDrove } from './record';
import { columnStats } from './stats';
import { type Content, rowsBefore, type Store } from './store';
import { toColumns } from './table';
import type { Transaction } from './transaction';
import { checkDraft } from './validate';
import { freeVideo } from './video-files';

/** Stages a new episode's rows and videos, each in a file of its own. */
export async function addEpisode(store: Store, now: Content, change: Transaction, draft: EpisodeDraft): Promise<Next> {
  const { spec } = store;
  checkDraft(draft, spec);
  const index = now.records.length;
  const before = now.records[index - 1];
  const known = now.tasks.indexOf(draft.task);
  const task = known < 0 ? now.tasks.length : known;
  const at = { episode: index, from: rowsBefore(now, index), task, success: draft.success };
  const columns = toColumns(draft, at, spec, store.columns);
  const data = store.place(before ? store.ordinal(before.data) + 1 : 0);
  await change.stage(store.dataPath(data), await writeColumns(columns));
  const cameras = [];
  for (const [camera, video] of Object.entries(draft.videos)) {
    const clip = { ...freeVideo(store, now, camera), from: 0, to: draft.rows.length / spec.fps };
    await change.stage(store.videoPath(camera, clip), await muxMp4(video, spec.fps));
    cameras.push({ camera, clip, stats: await imageStats(video) });
  }
  const record: EpisodeRecord = {
    id: draft.id ?? newId(),
    task: draft.task,
    success: draft.success,
    tags: normal(draft.tags ?? []),
    recorded: draft.recorded === undefined ? new Date().toISOString() : draft.recorded,
    length: draft.rows.length,
    ...whoDrove(draft.rows),
    data,
    videos: Object.fromEntries(cameras.map(({ camera, clip }) => [camera, clip])),
  };
  const pixels = cameras.map(({ camera, stats }) => [store.keys[camera] ?? camera, stats]);
  const stats = { ...columnStats(columns), ...Object.fromEntries(pixels) };
  const kept = now.records.map((old, was): Entry => ({ record: old, was, labelled: false, sources: [] }));
  const entries = [...kept, { record, was: null, labelled: false, sources: [], stats }];
  return { entries, tasks: known < 0 ? [...now.tasks, draft.task] : now.tasks };
}
