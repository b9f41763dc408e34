import type { Dataset } from '../core/episode';
import { TASK_IDS, type TaskId } from '../core/task';
import { TASKS } from '../sim/tasks';

/** The exercise a dataset was recorded on, when the simulator can set it up; null on a real robot or another's simulator. */
export function simulatedTask(dataset: Pick<Dataset, 'spec' | 'list'>): TaskId | null {
  const { spec } = dataset;
  if (spec.robot !== 'so101-sim' || spec.environment.length === 0) return null;
  const alike = TASK_IDS.filter((id) => TASKS[id].spec.environment.join() === spec.environment.join());
  // Two exercises may be told by the same values: then the text of the task decides.
  const texts = new Set(dataset.list().map((episode) => episode.task));
  return alike.find((id) => texts.has(TASKS[id].spec.prompt)) ?? (alike.length === 1 ? (alike[0] ?? null) : null);
}
