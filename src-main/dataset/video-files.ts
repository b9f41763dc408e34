import { existsSync } from 'node:fs';
import { cutVideo } from './cut';
import type { Entry, Source } from './entry';
import { videoStats } from './images';
import type { Clip } from './record';
import type { FeatureStats } from './stats';
import type { Content, Store } from './store';
import type { Transaction } from './transaction';
import { filesOf, kept, type Trash } from './trash';

/** Where a video is now: with the episodes that show it, or kept by the trash. Absolute. */
function videoFile(store: Store, camera: string, clip: Clip): string {
  const path = store.videoPath(camera, clip);
  const live = store.absolute(path);
  return existsSync(live) ? live : store.absolute(kept(path));
}

/** The part of a clip that shows rows `skip` … `skip + count` - 1. */
const partOf = (clip: Clip, skip: number, count: number, fps: number): Clip => ({
  ...clip,
  from: clip.from + skip / fps,
  to: clip.from + (skip + count) / fps,
});

/** The next video of a camera that no file stands for, neither among the episodes nor in the trash. */
export function freeVideo(store: Store, { records }: Pick<Content, 'records'>, camera: string): Clip {
  let most = store.lastVideo.get(camera) ?? -1;
  for (const { videos } of records) {
    const at = videos[camera];
    if (at) most = Math.max(most, store.ordinal(at));
  }
  for (;;) {
    const at = { ...store.place(++most), from: 0, to: 0 };
    const path = store.videoPath(camera, at);
    if (existsSync(store.absolute(path)) || existsSync(store.absolute(kept(path)))) continue;
    store.lastVideo.set(camera, most);
    return at;
  }
}

interface Shown {
  readonly clip: Clip;
  readonly stats: FeatureStats;
}

/**
 * The video of an episode made of `sources`. A part of an episode is a part of its video, and parts that follow each
 * other in one file are one part of it; only episodes from different files need a video of their own.
 */
async function show(
  store: Store,
  now: Content,
  sources: readonly Source[],
  camera: string,
  change: Transaction,
): Promise<Shown | null> {
  const { fps } = store.spec;
  const feature = store.keys[camera] ?? camera;
  const clips: Clip[] = [];
  for (const { record, skip, range } of sources) {
    const clip = record.videos[camera];
    if (!clip) return null;
    clips.push(partOf(clip, skip, range.count, fps));
  }
  const [head] = clips;
  const [first] = sources;
  if (!head || !first) return null;
  const count = sources.reduce((sum, { range }) => sum + range.count, 0);
  const follow = clips.every((clip, k) => {
    const before = clips[k - 1];
    return !before || (store.ordinal(clip) === store.ordinal(before) && Math.abs(clip.from - before.to) < 0.1 / fps);
  });
  if (follow) {
    const known = sources.length === 1 && first.whole ? (await first.stats())[feature] : undefined;
    const segment = { file: videoFile(store, camera, head), from: head.from, count };
    return {
      clip: { ...head, to: clips[clips.length - 1]?.to ?? head.to },
      stats: known ?? (await videoStats(segment, fps)),
    };
  }
  const segments = clips.map((clip, k) => ({
    file: videoFile(store, camera, clip),
    from: clip.from,
    count: sources[k]?.range.count ?? 0,
  }));
  const clip = { ...freeVideo(store, now, camera), from: 0, to: count / fps };
  const video = await cutVideo(segments, fps);
  await change.stage(store.videoPath(camera, clip), video);
  return { clip, stats: await videoStats({ file: video, from: 0, count }, fps) };
}

/** Gives an entry that comes its videos, and the statistics of their pixels. */
export async function withVideos(store: Store, now: Content, entry: Entry, change: Transaction): Promise<Entry> {
  if (entry.was !== null) return entry;
  const videos: [string, Clip][] = [];
  const stats: [string, FeatureStats][] = [];
  for (const { name } of store.spec.cameras) {
    const shown = await show(store, now, entry.sources, name, change);
    if (!shown) continue;
    videos.push([name, shown.clip]);
    stats.push([store.keys[name] ?? name, shown.stats]);
  }
  return {
    ...entry,
    record: { ...entry.record, videos: Object.fromEntries(videos) },
    stats: { ...entry.stats, ...Object.fromEntries(stats) },
  };
}

/** Moves videos that nobody shows any more to the trash, or deletes them when the trash does not need them either. */
export function stageVideos(
  store: Store,
  now: Content,
  entries: readonly Entry[],
  trash: Trash,
  change: Transaction,
): void {
  const shown = new Set(entries.flatMap(({ record }) => filesOf(store, record)));
  const before = new Set(now.records.flatMap((record) => filesOf(store, record)));
  const wanted = new Set([...trash.values()].flatMap(({ record }) => filesOf(store, record)));
  for (const path of before) {
    if (shown.has(path)) continue;
    if (wanted.has(path)) change.move(path, kept(path));
    else change.remove(path);
  }
  for (const path of shown) if (!before.has(path) && !change.replaces(path)) change.move(kept(path), path);
}
