import { trainOptionsSchema } from '../../src-main/core/learning';
import type { TaskId } from '../../src-main/core/task';
import { isDataset, openDataset } from '../../src-main/dataset/dataset';
import { openEngine } from '../../src-main/learner/engine';
import { train } from '../../src-main/learner/train';
import { recordDemonstrations } from '../../src-main/station/laboratory';

/** Records scripted demonstrations and trains a state policy on them for so many steps. */
export async function clone(options: {
  task: TaskId;
  dataset: string;
  out: string;
  episodes: number;
  steps: number;
  seed: number;
}): Promise<void> {
  const { task, dataset: folder, out, episodes, steps, seed } = options;
  if (!(await isDataset(folder))) await recordDemonstrations({ task, folder, episodes, seed: seed + 1 });
  const dataset = await openDataset(folder);
  try {
    const chosen = trainOptionsSchema.parse({ dataset: folder, out, name: 'cloned', policy: 'mlp', steps, seed });
    await train(chosen, dataset, await openEngine());
  } finally {
    await dataset.close();
  }
}
