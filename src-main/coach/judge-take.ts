import type { EpisodeDraft, EpisodeInfo } from '../core/episode';
import type { CoachState } from '../core/state';
import { judge } from './judge/judge';
import { NO_SIBLINGS, taskKey, usualLength } from './judge/siblings';
import type { LiveTake } from './live';
import { gaps, late } from './rows/timing';

export interface TakeLengths {
  readonly task: string;
  readonly siblings: readonly EpisodeInfo[];
}

/** Seconds before there is anything to say. */
const BEGIN = 1;
/** Most siblings whose length is looked at. */
const MOST = 500;

/**
 * An opinion on a take that grows or is in review. `draft`: the finished take; its length is then compared with its
 * siblings', and its pictures' times with its rows'. `gaps`: rows missing so far.
 */
export function judgeTake(
  take: LiveTake,
  { gaps: missing, draft, lengths }: { gaps: number; draft: EpisodeDraft | null; lengths: TakeLengths | null },
): CoachState {
  if (!draft && take.rows < BEGIN * take.fps) return { score: 100, reasons: [] };
  const videos = Object.entries(draft?.videos ?? {});
  const lateness = videos.map(([camera, { frames }]) => {
    const times = frames.map(({ t }) => t);
    return [camera, late(draft?.rows ?? [], times, take.fps)] as const;
  });
  const soFar = take.measure('take', missing, Object.fromEntries(lateness));
  const hole = draft && gaps(draft.rows, take.fps);
  const measure = draft
    ? { ...soFar, length: draft.rows.length, missing: hole?.missing ?? 0, longestStep: hole?.longest ?? 0 }
    : soFar;
  const key = lengths && taskKey(lengths.task);
  const same = lengths?.siblings.slice(-MOST).filter((one) => one.success !== false && taskKey(one.task) === key) ?? [];
  const { score, reasons } = judge({
    info: INFO,
    measure,
    siblings: { ...NO_SIBLINGS, length: lengths ? usualLength(same.map(({ length }) => length)) : null },
    fps: take.fps,
  });
  return { score, reasons };
}

/** A take's label is asked for in review; nothing is said about it before. */
const INFO: EpisodeInfo = {
  index: 0,
  id: 'take',
  task: '',
  success: true,
  tags: [],
  recorded: null,
  length: 0,
  duration: 0,
  pilots: [],
  interventions: 0,
  cameras: [],
};
