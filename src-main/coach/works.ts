import { z } from 'zod';
import type { Dataset } from '../core/episode';
import { breathe, defineWork } from '../dataset/host-work';
import { DatasetCoach } from './dataset-coach';

/** The coach's work in the dataset process (station/dataset-worker.ts): one coach an open dataset. */
const coaches = new WeakMap<Dataset, DatasetCoach>();
function coachOf(dataset: Dataset): DatasetCoach {
  const known = coaches.get(dataset);
  if (known) return known;
  const coach = new DatasetCoach(dataset);
  coaches.set(dataset, coach);
  return coach;
}

/** Measures for `budget` milliseconds, after forgetting what was edited. */
export const lookWork = defineWork(
  'coach.look',
  z.object({ budget: z.number().min(0).max(10_000), forget: z.array(z.string()).max(100_000) }),
  (dataset, { budget, forget }, _report, signal) => {
    const coach = coachOf(dataset);
    coach.forget(forget);
    return coach.look(budget, () => breathe(signal));
  },
);

export const qualityWork = defineWork('coach.quality', z.undefined(), (dataset) => coachOf(dataset).quality());

export const COACH_WORKS = [lookWork, qualityWork];
