import type { AbortSignalLike } from '../core/clock';
import type { Random } from '../core/random';
import type { TrainSettings } from '../core/train-settings';
import { makeBatch } from './batch';
import type { Engine } from './engine';
import { evaluate } from './evaluate';
import { initialParameters } from './parameters';
import type { Network } from './policies/method';
import type { Samples } from './samples';
import { learningRate } from './schedule';
import { Shuffler } from './shuffler';
import { freshState, type OptimiserState } from './step';
import { openStepper } from './stepper';

export interface FitOptions
  extends Pick<
    TrainSettings,
    | 'batch'
    | 'learningRate'
    | 'weightDecay'
    | 'averageSteps'
    | 'jointNoise'
    | 'environmentNoise'
    | 'shiftTogether'
    | 'recovery'
    | 'jointDropout'
    | 'shift'
    | 'colour'
    | 'patience'
  > {
  readonly seconds: number;
  /** Ends after so many steps instead. */
  readonly steps?: number;
  readonly compile: boolean;
}

export interface FitReport {
  readonly epoch: number;
  readonly step: number;
  readonly trainLoss: number;
  /** NaN when nothing is held out. */
  readonly heldOutLoss: number;
  readonly elapsed: number;
  readonly samplesPerSecond: number;
  /** The step is one compiled graph. */
  readonly compiled: boolean;
  readonly notice: string | null;
}

export interface Best {
  readonly weights: Float32Array;
  readonly epoch: number;
  readonly heldOutLoss: number;
}

/** Everything a fit needs to go on where it was, after the process died. */
export interface FitState {
  readonly optimiser: OptimiserState;
  /** Seconds of training so far, pauses not counted. */
  readonly elapsed: number;
  readonly best: Best;
  /** The lowest held-out error so far and when it was reached; NaN before the first. */
  readonly lowest: number;
  readonly lowestAt: number;
}

export interface FitResult {
  readonly best: Best;
  readonly steps: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly cancelled: boolean;
  readonly notice: string | null;
}

export interface FitWatcher {
  /** `state` is what to save for going on later; asking costs a copy of all weights, so ask seldom. */
  onReport?(report: FitReport, best: Best, state: () => Promise<FitState>): void | Promise<void>;
  readonly signal?: AbortSignalLike;
  /** While it gives a promise, the training rests until that resolves; the time does not count. `state`: as for `onReport`. */
  paused?(state: () => Promise<FitState>): Promise<void> | null;
  /** Seconds; replaced in tests. */
  now?(): number;
}

/** Where a fit begins: random weights, given weights (a warm start), or where an earlier one stopped. */
export type FitStart = { readonly weights: Float32Array } | { readonly resume: FitState } | null;

/** Seconds between reports; each evaluates the held-out episodes. */
const REPORT_EVERY = 0.7;
/** At most this share of the time goes into evaluation. */
const EVALUATION_SHARE = 0.1;
const EVALUATION_ROWS = 2048;
/**
 * The newest weights are kept while their held-out error is within this factor of the lowest. The lowest itself comes
 * early and predicts success badly (Mandlekar et al. 2021, "What Matters in Learning from Offline Human Demonstrations",
 * §5): most of the error is how a hand trembles, while the later weights, averaged at a small learning rate, drive better.
 */
export const TOLERANCE = 1.25;
/** Milliseconds of computing between two looks at messages (cancel, pause). */
const BREATH = 40;

/** Trains until the time is over or the signal aborts; the newest weights that held-out error has nothing against count. Leaves no tensors. */
export async function fit(
  engine: Engine,
  network: Network,
  samples: Samples,
  options: FitOptions,
  random: Random,
  watch: FitWatcher = {},
  start: FitStart = null,
): Promise<FitResult> {
  const now = watch.now ?? (() => performance.now() / 1000);
  const batch = Math.min(options.batch, samples.train.length);
  const resumed = start && 'resume' in start ? start.resume : null;
  const first = start && 'weights' in start ? start.weights : initialParameters(network.parameters, random.fork(1));
  const opened = await openStepper(
    engine,
    network,
    samples,
    { ...options, batch },
    resumed?.optimiser ?? freshState(first),
    options.compile,
  );
  const { stepper, notice } = opened;
  const shuffler = new Shuffler(samples.train, random.fork(2));
  const [noise, draws] = [random.fork(3), random.fork(5)];
  const evaluationRows = pick(samples.heldOut, EVALUATION_ROWS, random.fork(4));

  let began = now() - (resumed?.elapsed ?? 0);
  let best: Best = resumed?.best ?? { weights: await stepper.average(), epoch: 0, heldOutLoss: Number.NaN };
  let lowest = resumed?.lowest ?? Number.NaN;
  let lowestAt = resumed?.lowestAt ?? 0;
  let lossSum = 0;
  let since = { time: now(), steps: stepper.steps };
  let nextReport = since.time + REPORT_EVERY;
  let breathed = performance.now();

  const elapsed = (): number => now() - began;
  const done = (): number => (options.steps ? stepper.steps / options.steps : elapsed() / options.seconds);
  const state = async (): Promise<FitState> => ({
    optimiser: await stepper.state(),
    elapsed: elapsed(),
    best,
    lowest,
    lowestAt,
  });

  const report = async (): Promise<void> => {
    const begin = now();
    const steps = stepper.steps - since.steps;
    const weights = await stepper.average();
    const heldOutLoss = evaluate(engine.tf, network, samples, evaluationRows, weights, options.batch);
    const epoch = shuffler.epochs(stepper.steps, batch);
    if (!(heldOutLoss >= lowest)) [lowest, lowestAt] = [heldOutLoss, done()];
    // With nothing held out the newest weights are the best that can be known.
    if (evaluationRows.length === 0 || !(heldOutLoss > lowest * TOLERANCE)) best = { weights, epoch, heldOutLoss };
    const line = {
      epoch,
      step: stepper.steps,
      trainLoss: lossSum / Math.max(1, steps),
      heldOutLoss,
      elapsed: elapsed(),
      samplesPerSecond: (steps * batch) / Math.max(1e-6, begin - since.time),
      compiled: stepper.kind === 'compiled',
      notice,
    };
    lossSum = 0;
    await watch.onReport?.(line, best, state);
    const end = now();
    since = { time: end, steps: stepper.steps };
    nextReport = end + Math.max(REPORT_EVERY, (end - begin) / EVALUATION_SHARE);
  };

  try {
    const overdue = (): boolean => options.patience > 0 && done() - lowestAt > options.patience;
    while (!watch.signal?.aborted && (done() < 1 || stepper.steps === 0) && !overdue()) {
      const n = stepper.steps;
      const made = makeBatch(samples, shuffler.batch(n, batch), network.lossDraws, draws.fork(n), {
        ...options,
        random: noise.fork(n),
      });
      lossSum += stepper.step(made, learningRate(options.learningRate, done()));
      if (now() >= nextReport) await report();
      if (performance.now() - breathed > BREATH) {
        await new Promise((resolve) => setImmediate(resolve));
        const rest = watch.paused?.(state);
        if (rest) {
          const from = now();
          await rest;
          began += now() - from;
        }
        breathed = performance.now();
      }
    }
    if (stepper.steps > since.steps) await report();
    return {
      best,
      steps: stepper.steps,
      epochs: shuffler.epochs(stepper.steps, batch),
      seconds: elapsed(),
      cancelled: watch.signal?.aborted ?? false,
      notice,
    };
  } finally {
    stepper.dispose();
  }
}

function pick(rows: Int32Array, count: number, random: Random): Int32Array {
  return rows.length <= count ? rows : Int32Array.from(random.shuffle([...rows]).slice(0, count));
}
