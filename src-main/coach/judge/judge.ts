import type { EpisodeQuality } from '../../core/quality';
import { judgeLabel, judgeLength } from './labels';
import { judgeClipped, judgeDropped, judgeIdle, judgeJerk, judgeSaturation } from './motion';
import { judgeBlur, judgeBright, judgeDark, judgeFrozen, judgeSwapped } from './pictures';
import type { Judge, Subject } from './reason';

const JUDGES: readonly Judge[] = [
  judgeIdle,
  judgeJerk,
  judgeSaturation,
  judgeClipped,
  judgeDropped,
  judgeFrozen,
  judgeDark,
  judgeBright,
  judgeBlur,
  judgeSwapped,
  judgeLength,
  judgeLabel,
];

/** 100 less what every reason costs, never below 0. */
export function judge(subject: Subject): EpisodeQuality {
  const reasons = JUDGES.flatMap((one) => one(subject)).sort((a, b) => b.cost - a.cost);
  const cost = reasons.reduce((sum, reason) => sum + reason.cost, 0);
  return { id: subject.info.id, score: Math.max(0, 100 - cost), reasons, figures: figures(subject) };
}

/** By the names that the page puts into words (parts/coach/figures.ts). */
function figures({ measure, info, siblings, fps }: Subject): Record<string, number> {
  const pictures = Object.entries(measure.pictures);
  const least = (values: readonly number[]) => (values.length > 0 ? Math.min(...values) : undefined);
  const sharp = pictures.flatMap(([camera, { sharpness }]) => {
    const usual = siblings.sharpness.get(camera);
    return usual ? [sharpness / usual] : [];
  });
  const late = Object.values(measure.late);
  const all: Record<string, number | undefined> = {
    seconds: measure.length / fps,
    idleShare: measure.idle.share,
    smoothness: measure.smoothness,
    tremor: measure.tremor,
    saturation: measure.saturation,
    clipped: measure.clipped,
    missing: measure.missing,
    late: late.length > 0 ? Math.max(...late) : undefined,
    lag: measure.lag ?? undefined,
    directness: measure.directness,
    interventions: info.interventions,
    brightness: least(pictures.map(([, { brightness }]) => brightness)),
    sharpness: least(sharp),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value.toFixed(4))]])),
  );
}
