import type { AbortSignalLike } from '../core/clock';
import type { Dataset } from '../core/episode';
import { FaultError, fault } from '../core/fault';
import { policySpecSchema } from '../core/learner-messages';
import type { TrainOptions, TrainProgress, TrainResult } from '../core/learning';
import type { PolicySpec } from '../core/policy';
import { Random } from '../core/random';
import type { CameraSpec } from '../core/types';
import { saveCheckpoint } from './checkpoint';
import type { Engine } from './engine';
import { type Best, type FitReport, fit } from './fit';
import { initialParameters } from './parameters';
import { inMemory, type OpenPictures } from './pictures';
import { METHODS } from './policies';
import type { Method } from './policies/method';
import { POLICY_FORMAT, POLICY_VERSION } from './policy-file';
import { buildSamples, type Samples } from './samples';

export interface TrainWatcher {
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Aborting keeps the best weights so far. */
  readonly signal?: AbortSignalLike;
  readonly openPictures?: OpenPictures;
}

type Curve = { epoch: number; train: number; heldOut: number }[];

/** Long trainings leave a checkpoint on disk this often, in case the power goes. Seconds. */
const SAVE_EVERY = 60;
const MAX_CURVE = 1000;

/** Demonstrations → checkpoint folder. Throws a fault for data that cannot be learnt from; the folder is then untouched. */
export async function train(
  options: TrainOptions,
  dataset: Dataset,
  engine: Engine,
  watch: TrainWatcher = {},
): Promise<TrainResult> {
  const method = METHODS[options.policy];
  const cameras = chooseCameras(options, dataset, method);
  const progress = progressReporter(options, engine, watch);
  progress('loading', null, null);
  const samples = await buildSamples(
    dataset,
    {
      chunk: options.chunk ?? method.defaults.chunk,
      environment: method.environment,
      hints: method.pictures !== null,
      cameras,
      seed: options.seed,
      heldOut: options.heldOut,
      skipFailures: options.skipFailures,
    },
    watch.openPictures ?? noPictures,
  );
  try {
    return await learn({ options, dataset, engine, watch, method, cameras, progress, samples });
  } finally {
    samples.pictures.close();
  }
}

interface Lesson {
  readonly options: TrainOptions;
  readonly dataset: Dataset;
  readonly engine: Engine;
  readonly watch: TrainWatcher;
  readonly method: Method;
  readonly cameras: readonly CameraSpec[];
  readonly progress: ReturnType<typeof progressReporter>;
  readonly samples: Samples;
}

async function learn(lesson: Lesson): Promise<TrainResult> {
  const { options, dataset, engine, watch, method, cameras, progress, samples } = lesson;
  const curve: Curve = [];
  if (watch.signal?.aborted) throw fault('cancelled', 'The training was cancelled before it began', 'Start it again.');
  const spec = policySpec(options, dataset, samples, method);
  const hints = samples.hintScale.size;
  const network = method.network({ features: samples.features, outputs: samples.targetScale.size, hints, cameras });
  const created = new Date().toISOString();
  const targets = plain(samples.targetScale);
  const save = (
    best: Best,
    state: { steps: number; epochs: number; seconds: number; cancelled: boolean },
  ): Promise<void> =>
    saveCheckpoint(
      options.out,
      {
        format: POLICY_FORMAT,
        version: POLICY_VERSION,
        name: options.name,
        created,
        spec: policySpecSchema.parse(spec),
        normaliser: { inputs: plain(samples.inputScale), targets: options.untrained ? unbiased(targets) : targets },
        hints,
        training: {
          options,
          engine: engine.info.detail,
          bestEpoch: best.epoch,
          heldOutLoss: best.heldOutLoss,
          ...state,
        },
        dataset: {
          folder: dataset.folder,
          episodes: { train: [...samples.episodes.train], heldOut: [...samples.episodes.heldOut] },
        },
        curve,
      },
      best.weights,
    );

  let lastSave = performance.now();
  const run = options.untrained ? untouched : fit;
  const result = await run(
    engine,
    network,
    samples,
    {
      seconds: options.seconds,
      batch: options.batch ?? method.defaults.batch,
      learningRate: options.learningRate ?? method.defaults.learningRate,
      jointNoise: method.defaults.jointNoise,
      environmentNoise: method.defaults.environmentNoise,
      shift: method.defaults.shift,
    },
    new Random(options.seed),
    {
      signal: watch.signal,
      onReport: async (report, best) => {
        curve.push({ epoch: report.epoch, train: report.trainLoss, heldOut: report.heldOutLoss });
        if (curve.length > MAX_CURVE) thin(curve);
        progress('training', report, best, samples);
        if (performance.now() - lastSave < SAVE_EVERY * 1000) return;
        await save(best, { steps: report.step, epochs: report.epoch, seconds: report.elapsed, cancelled: true });
        lastSave = performance.now();
      },
    },
  );
  if (result.best.weights.some((w) => !Number.isFinite(w))) {
    throw fault('internal', 'The training diverged: the weights are no longer numbers', 'Use a smaller learning rate.');
  }
  progress('saving', null, result.best, samples);
  await save(result.best, {
    steps: result.steps,
    epochs: result.epochs,
    seconds: result.seconds,
    cancelled: result.cancelled,
  });
  return {
    checkpoint: options.out,
    spec,
    bestHeldOutLoss: result.best.heldOutLoss,
    bestEpoch: result.best.epoch,
    epochs: result.epochs,
    steps: result.steps,
    seconds: result.seconds,
    cancelled: result.cancelled,
    episodes: samples.episodes,
    engine: engine.info,
    ...noticeFor(samples),
  };
}

function chooseCameras(options: TrainOptions, dataset: Dataset, method: Method): CameraSpec[] {
  const { pictures } = method;
  if (!pictures) return [];
  const names = options.cameras.length > 0 ? options.cameras : dataset.spec.cameras.map((c) => c.name);
  if (names.length > 0) return [...new Set(names)].map((name) => ({ name, ...pictures }));
  throw fault(
    'no-camera',
    'The demonstrations have no camera pictures',
    'Record with a camera, or train a policy on state (mlp).',
  );
}

function policySpec(options: TrainOptions, dataset: Dataset, samples: Samples, method: Method): PolicySpec {
  const joints = dataset.spec.joints.map((j) => j.name);
  return {
    kind: options.policy,
    robot: dataset.spec.robot,
    task: samples.task,
    observation: { joints, environment: method.environment ? dataset.spec.environment : [], cameras: samples.cameras },
    action: joints,
    history: 1,
    chunk: samples.chunk,
    execute: Math.min(method.defaults.execute, samples.chunk),
    rate: dataset.spec.fps,
  };
}

function progressReporter(options: TrainOptions, engine: Engine, watch: TrainWatcher) {
  return (phase: TrainProgress['phase'], report: FitReport | null, best: Best | null, samples?: Samples): void => {
    const elapsed = report?.elapsed ?? (phase === 'saving' ? options.seconds : 0);
    watch.onProgress?.({
      phase,
      epoch: report?.epoch ?? best?.epoch ?? 0,
      step: report?.step ?? 0,
      trainLoss: report?.trainLoss ?? Number.NaN,
      heldOutLoss: report?.heldOutLoss ?? Number.NaN,
      bestHeldOutLoss: best?.heldOutLoss ?? Number.NaN,
      bestEpoch: best?.epoch ?? 0,
      elapsed,
      left: Math.max(0, options.seconds - elapsed),
      samplesPerSecond: report?.samplesPerSecond ?? 0,
      engine: engine.info,
      ...(samples ? noticeFor(samples) : {}),
    });
  };
}

/** Takes the place of `fit`: the random start, as the baseline that shows what training adds. */
const untouched: typeof fit = async (_engine, network, _samples, _options, random) => ({
  best: { weights: initialParameters(network.parameters, random.fork(1)), epoch: 0, heldOutLoss: Number.NaN },
  steps: 0,
  epochs: 0,
  seconds: 0,
  cancelled: false,
});

const noticeFor = (samples: Samples): { notice?: string } =>
  samples.heldOut.length > 0
    ? {}
    : { notice: 'No demonstration is held out, so nobody knows how well it does on unseen ones. Record a second one.' };

/** Drops every other point; the first and the last stay. */
function thin(curve: Curve): void {
  const kept = curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1);
  curve.splice(0, curve.length, ...kept);
}

const plain = (scale: { mean: readonly number[]; std: readonly number[] }) => ({
  mean: [...scale.mean],
  std: [...scale.std],
});

/** The mean motion of the demonstrations is something learned, too: an untrained policy must not have it. */
const unbiased = ({ mean, std }: ReturnType<typeof plain>) => ({ mean: mean.map(() => 0), std });

const noPictures = inMemory(async () => {
  throw new FaultError('internal', 'Nobody told the trainer how to read video', 'This is a defect of Understudy.');
});
