import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import type { AbortSignalLike } from '../core/clock';
import type { Random } from '../core/random';
import { Adam } from './adam';
import { makeBatch, Shuffler } from './batch';
import type { Engine, Tf } from './engine';
import { meanAbsolute } from './layers';
import { initialParameters, unpack } from './parameters';
import type { Network } from './policies/method';
import type { Samples } from './samples';
import { learningRate } from './schedule';

export interface FitOptions {
  readonly seconds: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly jointNoise: number;
  readonly environmentNoise: number;
  readonly shift: number;
}

export interface FitReport {
  readonly epoch: number;
  readonly step: number;
  readonly trainLoss: number;
  /** NaN when nothing is held out. */
  readonly heldOutLoss: number;
  readonly elapsed: number;
  readonly samplesPerSecond: number;
}

export interface Best {
  readonly weights: Float32Array;
  readonly epoch: number;
  readonly heldOutLoss: number;
}

export interface FitResult {
  readonly best: Best;
  readonly steps: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly cancelled: boolean;
}

export interface FitWatcher {
  onReport?(report: FitReport, best: Best): void | Promise<void>;
  readonly signal?: AbortSignalLike;
  /** Seconds; replaced in tests. */
  now?(): number;
}

/** Seconds between reports; each evaluates the held-out episodes. */
const REPORT_EVERY = 0.7;
/** At most this share of the time goes into evaluation. */
const EVALUATION_SHARE = 0.1;
const EVALUATION_ROWS = 2048;
/**
 * The newest weights are kept while their held-out loss is within this factor of the lowest. The lowest itself comes
 * early and predicts success badly (Mandlekar et al. 2021, "What Matters in Learning from Offline Human Demonstrations",
 * §5): most of the loss is how a hand trembles, while the later weights, averaged at a small learning rate, drive better.
 */
export const TOLERANCE = 1.25;
/** Milliseconds of computing between two looks at messages (cancel). */
const BREATH = 40;

/** Trains until the time is over or the signal aborts; the newest weights that held-out loss has nothing against count. Leaves no tensors. */
export async function fit(
  engine: Engine,
  network: Network,
  samples: Samples,
  options: FitOptions,
  random: Random,
  watch: FitWatcher = {},
): Promise<FitResult> {
  const { tf } = engine;
  const now = watch.now ?? (() => performance.now() / 1000);
  const adam = new Adam(tf, initialParameters(network.parameters, random.fork(1)));
  const shuffler = new Shuffler(samples.train, random.fork(2));
  const { jointNoise, environmentNoise, shift } = options;
  const augment = { random: random.fork(3), jointNoise, environmentNoise, shift };
  const evaluationRows = pick(samples.heldOut, EVALUATION_ROWS, random.fork(4));
  const batch = Math.min(options.batch, samples.train.length);

  const began = now();
  let best: Best = { weights: await asArray(adam.average), epoch: 0, heldOutLoss: Number.NaN };
  let lowest = Number.NaN;
  let lossSum: Scalar = tf.scalar(0);
  let since = { time: began, steps: 0 };
  let nextReport = began + REPORT_EVERY;
  let breathed = performance.now();

  const report = async (): Promise<void> => {
    const start = now();
    const elapsed = start - began;
    const steps = adam.steps - since.steps;
    const trainLoss = (await lossSum.data())[0] as number;
    lossSum.dispose();
    lossSum = tf.scalar(0);
    const heldOutLoss = evaluate(tf, network, samples, evaluationRows, adam.average, options.batch);
    if (!(heldOutLoss >= lowest)) lowest = heldOutLoss;
    // With nothing held out the newest weights are the best that can be known.
    if (evaluationRows.length === 0 || !(heldOutLoss > lowest * TOLERANCE)) {
      best = { weights: await asArray(adam.average), epoch: shuffler.epoch, heldOutLoss };
    }
    const line = {
      epoch: Math.max(0, shuffler.epoch),
      step: adam.steps,
      trainLoss: trainLoss / Math.max(1, steps),
      heldOutLoss,
      elapsed,
      samplesPerSecond: (steps * batch) / Math.max(1e-6, start - since.time),
    };
    await watch.onReport?.(line, best);
    const end = now();
    since = { time: end, steps: adam.steps };
    const pause = Math.max(REPORT_EVERY, (end - start) / EVALUATION_SHARE);
    nextReport = end + pause;
  };

  try {
    while (!watch.signal?.aborted && (now() - began < options.seconds || adam.steps === 0)) {
      const rate = learningRate(options.learningRate, (now() - began) / options.seconds);
      const rows = shuffler.next(batch);
      lossSum = tf.tidy(() => {
        const { targets, ...input } = makeBatch(tf, samples, rows, augment);
        const lossOf = (weights: Tensor1D): Scalar =>
          meanAbsolute(tf, network.forward(tf, unpack(tf, weights, network.parameters), input), targets);
        const loss = adam.step(lossOf, rate);
        const sum = tf.add(lossSum, loss) as Scalar;
        lossSum.dispose();
        return sum;
      });
      if (now() >= nextReport) await report();
      if (performance.now() - breathed > BREATH) {
        await new Promise((resolve) => setImmediate(resolve));
        breathed = performance.now();
      }
    }
    if (adam.steps > since.steps) await report();
    return {
      best,
      steps: adam.steps,
      epochs: Math.max(0, shuffler.epoch),
      seconds: now() - began,
      cancelled: watch.signal?.aborted ?? false,
    };
  } finally {
    lossSum.dispose();
    adam.dispose();
  }
}

/** Mean absolute error on these rows, in normalised units; NaN for no rows. */
export function evaluate(
  tf: Tf,
  network: Network,
  samples: Samples,
  rows: Int32Array,
  weights: Tensor1D,
  batch: number,
): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at += batch) {
    const some = rows.subarray(at, at + batch);
    sum += tf.tidy(() => {
      const { targets, ...input } = makeBatch(tf, samples, some, null);
      const loss = meanAbsolute(tf, network.forward(tf, unpack(tf, weights, network.parameters), input), targets);
      return (loss.dataSync()[0] as number) * some.length;
    });
  }
  return rows.length === 0 ? Number.NaN : sum / rows.length;
}

function pick(rows: Int32Array, count: number, random: Random): Int32Array {
  return rows.length <= count ? rows : Int32Array.from(random.shuffle([...rows]).slice(0, count));
}

const asArray = async (tensor: Tensor1D): Promise<Float32Array> => Float32Array.from(await tensor.data());
