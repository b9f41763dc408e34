import type { Dataset, EncodedVideo, EpisodeDraft } from '../../core/episode';
import type { JobWatch } from '../job';
import { type ClipRequest, copyClip } from './clip';
import { resample } from './resample';
import { transcode } from './transcode';

/**
 * An episode as it can be written anywhere: rows and videos that begin with it. Videos are copied as they are where
 * that is possible; memory is bounded by one episode's encoded video. `fps`: resampled to exactly that rate.
 */
export async function episodeDraft(
  dataset: Dataset,
  index: number,
  fps: number | null,
  watch: JobWatch,
): Promise<EpisodeDraft> {
  const episode = await dataset.read(index);
  const recorded = episode.rows.map((row) => row.t);
  const clips = Object.fromEntries(
    episode.cameras.map((camera): [string, ClipRequest] => {
      const segment = dataset.video(index, camera);
      return [camera, { segment, frames: episode.length, taken: episode.taken?.[camera] ?? recorded }];
    }),
  );
  const taken = Object.fromEntries(Object.entries(clips).map(([camera, clip]) => [camera, clip.taken]));
  const { rows, picks } = fps === null ? { rows: episode.rows, picks: null } : resample(episode.rows, fps, taken);
  const videos: Record<string, EncodedVideo> = {};
  for (const [camera, clip] of Object.entries(clips)) {
    const same = picks === null || sameFrames(picks[camera] ?? [], clip.frames);
    const copy = same ? await copyClip(clip) : null;
    const plan = {
      picks: picks?.[camera] ?? Array.from({ length: clip.frames }, (_, k) => k),
      fps: fps ?? dataset.spec.fps,
      cameras: episode.cameras.length,
    };
    videos[camera] = copy ?? (await transcode(clip, plan, watch));
  }
  const { id, task, success, tags, recorded: when } = episode;
  return { id, task, success, tags, recorded: when, rows, videos };
}

const sameFrames = (picks: readonly number[], frames: number): boolean =>
  picks.length === frames && picks.every((pick, k) => pick === k);
