import type { AbortSignalLike } from '../core/clock';
import type { Dataset } from '../core/episode';
import { FaultError } from '../core/fault';
import type { Snapshot, TrainOptions, TrainProgress, TrainResult } from '../core/learning';
import type { Planned } from '../core/training-plan';
import type { Engine } from './engine';
import { learn } from './lesson';
import { inMemory, type OpenPictures } from './pictures';
import { choosePlan, type Plan } from './plan-training';
import { findUnfinished } from './run-keeper';
import { buildSamples } from './samples';
import { progressReporter } from './train-progress';

export interface TrainWatcher {
  readonly onProgress?: (progress: TrainProgress) => void;
  /** When the demonstrations have been read and all is decided. */
  readonly onPlanned?: (planned: Planned) => void;
  /** While it gives a promise, the training rests; its state is then on the disk. */
  readonly paused?: () => Promise<void> | null;
  /** A folder in which somebody wants a checkpoint of now; asked at each report, each one once. */
  readonly snapshot?: () => string | null;
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  /** Aborting keeps the best weights so far. */
  readonly signal?: AbortSignalLike;
  readonly openPictures?: OpenPictures;
}

/** Demonstrations → checkpoint folder. Throws a fault for data that cannot be learnt from; the folder is then untouched. */
export async function train(
  options: TrainOptions,
  dataset: Dataset,
  engine: Engine,
  watch: TrainWatcher = {},
): Promise<TrainResult> {
  const progress = progressReporter(options, engine, watch);
  progress('loading', null, null);
  const unfinished = await findUnfinished(options);
  const plan: Plan = unfinished.state?.plan ?? (await choosePlan(options, dataset));
  const { settings, cameras } = plan;
  const samples = await buildSamples(
    dataset,
    {
      ...settings,
      hints: cameras.length > 0 && !settings.environment,
      cameras,
      seed: options.seed,
      heldOut: plan.heldOut ?? options.heldOut,
      skipFailures: options.skipFailures,
      tags: options.tags,
    },
    watch.openPictures ?? noPictures,
  );
  try {
    return await learn({ options, plan, unfinished, dataset, engine, watch, progress, samples });
  } finally {
    samples.pictures.close();
  }
}

const noPictures = inMemory(async () => {
  throw new FaultError('internal', 'Nobody told the trainer how to read video', 'This is a defect of Understudy.');
});
