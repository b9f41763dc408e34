import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import { policySpecSchema } from '../core/learner-messages';
import type { TrainOptions, TrainResult } from '../core/learning';
import type { PolicySpec } from '../core/policy';
import { Random } from '../core/random';
import type { Curve } from '../core/training-plan';
import { readCheckpoint } from './checkpoint';
import type { Engine } from './engine';
import { actionNames, unitsOf } from './episodes';
import { fingerprint } from './fingerprint';
import { type Best, type FitReport, fit } from './fit';
import { referenceOf } from './insight/reference';
import { savePolicy } from './onnx/save-policy';
import { totalSize } from './parameters';
import type { Plan } from './plan-training';
import { METHODS } from './policies';
import type { Network } from './policies/method';
import { POLICY_FORMAT, POLICY_VERSION } from './policy-file';
import { resumption } from './resumption';
import { RunKeeper, type Unfinished } from './run-keeper';
import type { Samples } from './samples';
import type { TrainWatcher } from './train';
import { noticeFor, type Report } from './train-progress';
import { remembering, untouched } from './without-fit';

/** Long trainings leave a checkpoint on disk this often, in case the power goes. Seconds. */
const SAVE_EVERY = 60;
const MAX_CURVE = 1000;

/** One training with all that was decided and read for it. */
export interface Lesson {
  readonly options: TrainOptions;
  readonly plan: Plan;
  readonly unfinished: Unfinished;
  readonly dataset: Dataset;
  readonly engine: Engine;
  readonly watch: TrainWatcher;
  readonly progress: Report;
  readonly samples: Samples;
}

export async function learn(lesson: Lesson): Promise<TrainResult> {
  const { options, plan, unfinished, dataset, engine, watch, progress, samples } = lesson;
  if (watch.signal?.aborted) throw fault('cancelled', 'The training was cancelled before it began', 'Start it again.');
  const { kind, settings, config } = plan;
  const method = METHODS[kind];
  const memorise = options.untrained ? undefined : method.memorise;
  const spec = policySpec(plan, dataset, samples);
  const hints = samples.hintScale.size;
  const memory = method.memorise ? samples.train.length : 0;
  const network = method.network(
    {
      history: spec.history,
      features: samples.features,
      chunk: spec.chunk,
      actions: samples.channels,
      hints,
      cameras: samples.cameras,
      memory,
    },
    config,
  );
  const data = fingerprint(samples);
  const resumed = resumption(unfinished, totalSize(network.parameters), data.hash);
  const start = resumed.start ?? (options.start ? await warmStart(options.start, network) : null);
  const curve: Curve = [...resumed.curve];
  const decided = { ...plan, cameras: [...plan.cameras], reasons: [...plan.reasons] };
  watch.onPlanned?.({ plan: decided, data, resumed: resumed.says, curve: [...curve] });
  const keeper = new RunKeeper(options, decided, data.hash, totalSize(network.parameters));
  const created = new Date().toISOString();
  const targets = plain(samples.targetScale);
  let exported: string | null = null;
  const save = async (
    out: string,
    best: Best,
    state: { steps: number; epochs: number; seconds: number; cancelled: boolean },
  ): Promise<void> => {
    exported = await savePolicy(
      engine,
      out,
      {
        format: POLICY_FORMAT,
        version: POLICY_VERSION,
        name: options.name,
        created,
        spec: policySpecSchema.parse(spec),
        normaliser: { inputs: plain(samples.inputScale), targets: options.untrained ? unbiased(targets) : targets },
        relativeTo: [...samples.relativeTo],
        units: unitsOf(dataset.spec),
        config: { ...config },
        hints,
        memory,
        training: {
          options,
          settings,
          reasons: [...plan.reasons],
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
      network,
      best.weights,
      referenceOf(samples),
    );
  };

  let lastSave = performance.now();
  let last: { report: FitReport; best: Best } | null = null;
  const run = memorise ? remembering(memorise(samples, config)) : options.untrained ? untouched : fit;
  const result = await run(
    engine,
    network,
    samples,
    { ...settings, seconds: options.seconds, steps: options.steps, compile: options.compile },
    new Random(options.seed),
    {
      signal: watch.signal,
      onReport: async (report, best, state) => {
        last = { report, best };
        curve.push({ epoch: report.epoch, train: report.trainLoss, heldOut: report.heldOutLoss });
        if (curve.length > MAX_CURVE) thin(curve);
        progress('training', keeper.notice ? { ...report, notice: keeper.notice } : report, best, samples);
        await keeper.look(state, curve);
        const { epoch, elapsed } = report;
        const soFar = { steps: report.step, epochs: epoch, seconds: elapsed, cancelled: true };
        const wanted = watch.snapshot?.();
        if (wanted) {
          await save(wanted, best, soFar);
          watch.onSnapshot?.({ folder: wanted, epoch, elapsed });
        }
        if (performance.now() - lastSave < SAVE_EVERY * 1000) return;
        await save(options.out, best, soFar);
        lastSave = performance.now();
      },
      paused: (state) => {
        const rest = watch.paused?.();
        const { report, best } = last ?? { report: null, best: null };
        if (!rest) return null;
        const settle = async () => {
          await keeper.keep(state, curve);
          progress('paused', report, best, samples);
          await rest;
        };
        return settle();
      },
    },
    start,
  );
  if (result.best.weights.some((w) => !Number.isFinite(w))) {
    await keeper.discard();
    throw fault('internal', 'The training diverged: the weights are no longer numbers', 'Use a smaller learning rate.');
  }
  progress('saving', null, result.best, samples);
  await save(options.out, result.best, {
    steps: result.steps,
    epochs: result.epochs,
    seconds: result.seconds,
    cancelled: result.cancelled,
  });
  // Only now: when saving failed (a full disk), the training can be gone on with.
  await keeper.discard();
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
    reasons: plan.reasons,
    ...noticeFor(samples, [result.notice, exported].filter((text) => text !== null).join(' ') || null),
  };
}

/** Weights of an earlier checkpoint, where its network is the same. */
async function warmStart(folder: string, network: Network): Promise<{ weights: Float32Array }> {
  const { weights } = await readCheckpoint(folder);
  if (weights.length === totalSize(network.parameters)) return { weights };
  throw fault(
    'incompatible',
    `The policy in ${folder} has another network (${weights.length} weights instead of ${totalSize(network.parameters)})`,
    'Start from a policy of the same kind, settings and cameras, or train from the beginning.',
  );
}

function policySpec({ kind, settings }: Plan, dataset: Dataset, samples: Samples): PolicySpec {
  return {
    kind,
    robot: dataset.spec.robot,
    task: samples.task,
    tasks: samples.tasks,
    observation: {
      joints: dataset.spec.joints.map((j) => j.name),
      environment: settings.environment ? dataset.spec.environment : [],
      cameras: samples.cameras,
    },
    action: actionNames(dataset.spec),
    history: settings.history,
    chunk: samples.chunk,
    execute: Math.min(settings.execute, samples.chunk),
    rate: dataset.spec.fps,
  };
}

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
