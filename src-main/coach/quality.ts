import type { DatasetSpec, EpisodeInfo } from '../core/episode';
import type { DatasetQuality, EpisodeQuality } from '../core/quality';
import { advise } from './advice/advise';
import { coverageOf } from './advice/coverage';
import { judge } from './judge/judge';
import { type Known, NO_SIBLINGS, siblingsByTask, taskKey } from './judge/siblings';
import type { EpisodeMeasure } from './measure';

/** Episodes judged between two pauses. */
const PIECE = 100;

/**
 * Judges a dataset by what was measured of its episodes (`measures`, by id; those without one are pending). In steps: a
 * caller that shares its thread stops between them, others run it to the end with `qualityOf`.
 */
export function* qualityInSteps(
  list: readonly EpisodeInfo[],
  spec: DatasetSpec,
  measures: ReadonlyMap<string, EpisodeMeasure>,
): Generator<void, DatasetQuality> {
  const known = list.flatMap((info): Known[] => {
    const measure = measures.get(info.id);
    return measure ? [{ info, measure }] : [];
  });
  const siblings = siblingsByTask(known, spec.environment);
  yield;
  const episodes: EpisodeQuality[] = [];
  for (const [n, { info, measure }] of known.entries()) {
    episodes.push(judge({ info, measure, siblings: siblings.get(taskKey(info.task)) ?? NO_SIBLINGS, fps: spec.fps }));
    if (n % PIECE === PIECE - 1) yield;
  }
  const coverage = coverageOf(known, spec);
  yield;
  const advice = yield* advise({ known, episodes, coverage, spec });
  return { episodes, advice, coverage, pending: list.length - known.length };
}

export function qualityOf(
  list: readonly EpisodeInfo[],
  spec: DatasetSpec,
  measures: ReadonlyMap<string, EpisodeMeasure>,
): DatasetQuality {
  const steps = qualityInSteps(list, spec, measures);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
