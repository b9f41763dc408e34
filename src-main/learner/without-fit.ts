import { evaluate } from './evaluate';
import type { FitResult, fit } from './fit';
import { initialParameters } from './parameters';

/** What stands in for `fit` where there is nothing to fit. */

/** Takes the place of `fit`: the random start, as the baseline that shows what training adds. */
export const untouched: typeof fit = async (_engine, network, _samples, _options, random) =>
  nothingDone(initialParameters(network.parameters, random.fork(1)), Number.NaN);

/** Takes the place of `fit` for a method that remembers: its weights are there at once. */
export const remembering =
  (weights: Float32Array): typeof fit =>
  async (engine, network, samples, options) =>
    nothingDone(weights, evaluate(engine.tf, network, samples, samples.heldOut, weights, options.batch));

const nothingDone = (weights: Float32Array, heldOutLoss: number): FitResult => ({
  best: { weights, epoch: 0, heldOutLoss },
  steps: 0,
  epochs: 0,
  seconds: 0,
  cancelled: false,
  notice: null,
});
