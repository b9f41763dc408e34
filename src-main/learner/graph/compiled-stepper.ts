import { Random } from '../../core/random';
import type { Batch } from '../batch';
import { batchShapes, batchValues, makeBatch } from '../batch';
import type { Engine } from '../engine';
import type { Network } from '../policies/method';
import type { Samples } from '../samples';
import { type OptimiserState, stateVectors, stepNumbers, trainStep } from '../step';
import type { Stepper, StepperOptions } from '../stepper';
import { checkStep } from './check';
import { type Compiled, compileStep, type FeedArray } from './compile';

/** Steps of the check: the second one starts from a state that both ways made themselves. */
const CHECKED = 2;

/** The training step as one call of TensorFlow, several times faster than kernel by kernel. */
class CompiledStepper implements Stepper {
  readonly kind = 'compiled';
  #steps: number;

  constructor(
    private readonly compiled: Compiled,
    private readonly options: StepperOptions,
    steps: number,
  ) {
    this.#steps = steps;
  }

  get steps(): number {
    return this.#steps;
  }

  step(batch: Batch, rate: number): number {
    const { weightDecay, averageSteps } = this.options;
    return this.compiled.run(feeds(batch, stepNumbers(++this.#steps, rate, weightDecay, averageSteps)))[0] as number;
  }

  async average(): Promise<Float32Array> {
    return (await this.compiled.readState())[1] as Float32Array;
  }

  async state(): Promise<OptimiserState> {
    const vectors = await this.compiled.readState();
    const [weights, average, m, v] = vectors as [Float32Array, Float32Array, Float32Array, Float32Array];
    return { steps: this.#steps, weights, average, m, v };
  }

  dispose(): void {
    this.compiled.dispose();
  }
}

/**
 * Compiles the step and checks it against the eager one on rows of the samples. Throws a fault (`no-engine`,
 * `incompatible`) when that does not work out; nothing is left behind then.
 */
export async function openCompiledStepper(
  engine: Engine,
  network: Network,
  samples: Samples,
  options: StepperOptions,
  start: OptimiserState,
): Promise<Stepper> {
  const step = trainStep(engine.tf, network, samples.cameras.length, samples.hintScale.size > 0);
  const state = stateVectors(start).map((value) => ({ shape: [value.length], value }));
  const inputs = [...batchShapes(samples, network.lossDraws, options.batch), [4]].map((shape) => ({
    shape,
    dtype: 'float32' as const,
  }));
  const compiled = await compileStep(engine, step, state, inputs);
  try {
    const random = new Random(1);
    const batches = Array.from({ length: CHECKED }, (_, i) => {
      const rows = Array.from({ length: options.batch }, () => samples.train[random.below(samples.train.length)] ?? 0);
      const batch = makeBatch(samples, rows, network.lossDraws, random, null);
      return feeds(batch, stepNumbers(start.steps + i + 1, 1e-3, options.weightDecay, options.averageSteps));
    });
    await checkStep(engine, step, compiled, state, inputs, batches);
    return new CompiledStepper(compiled, options, start.steps);
  } catch (error) {
    compiled.dispose();
    throw error;
  }
}

const feeds = (batch: Batch, numbers: Float32Array): FeedArray[] => [...batchValues(batch), numbers];
