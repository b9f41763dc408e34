import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { isFault } from '../core/fault';
import { type Batch, batchShapes, tensorsOf } from './batch';
import type { Engine } from './engine';
import { openCompiledStepper } from './graph/compiled-stepper';
import type { Network } from './policies/method';
import type { Samples } from './samples';
import { type OptimiserState, stateVectors, stepNumbers, trainStep } from './step';

export interface StepperOptions {
  /** Samples per step: fixed, because a compiled step is. */
  readonly batch: number;
  readonly weightDecay: number;
  readonly averageSteps: number;
}

/** Holds the weights on the engine and makes steps; `dispose` at the end. */
export interface Stepper {
  readonly kind: 'eager' | 'compiled';
  readonly steps: number;
  /** → the loss before this step. */
  step(batch: Batch, rate: number): number;
  average(): Promise<Float32Array>;
  state(): Promise<OptimiserState>;
  dispose(): void;
}

/** Runs the step as ordinary tfjs code, one kernel after the other: works on each engine. */
export class EagerStepper implements Stepper {
  readonly kind = 'eager';
  readonly #step: ReturnType<typeof trainStep>;
  readonly #shapes: number[][];
  #state: Tensor[];
  #steps: number;

  constructor(
    private readonly engine: Engine,
    network: Network,
    samples: Samples,
    private readonly options: StepperOptions,
    start: OptimiserState,
  ) {
    const { tf } = engine;
    this.#step = trainStep(tf, network, samples.cameras.length, samples.hintScale.size > 0);
    this.#shapes = batchShapes(samples, network.lossDraws, options.batch);
    this.#state = stateVectors(start).map((vector) => tf.tensor1d(vector));
    this.#steps = start.steps;
  }

  get steps(): number {
    return this.#steps;
  }

  step(batch: Batch, rate: number): number {
    const { tf } = this.engine;
    const { weightDecay, averageSteps } = this.options;
    const numbers = stepNumbers(++this.#steps, rate, weightDecay, averageSteps);
    const { state, loss } = tf.tidy(() => {
      const next = this.#step(this.#state, [...tensorsOf(tf, batch, this.#shapes), tf.tensor1d(numbers)]);
      return { state: next.state, loss: next.loss };
    });
    tf.dispose(this.#state);
    this.#state = state;
    const value = loss.dataSync()[0] as number;
    loss.dispose();
    return value;
  }

  async average(): Promise<Float32Array> {
    return Float32Array.from(await (this.#state[1] as Tensor1D).data());
  }

  async state(): Promise<OptimiserState> {
    const [weights, average, m, v] = (await Promise.all(
      this.#state.map(async (vector) => Float32Array.from(await vector.data())),
    )) as [Float32Array, Float32Array, Float32Array, Float32Array];
    return { steps: this.#steps, weights, average, m, v };
  }

  dispose(): void {
    this.engine.tf.dispose(this.#state);
  }
}

/** The fastest stepper that works here; `notice` says why it is not the compiled one where one was to be expected. */
export async function openStepper(
  engine: Engine,
  network: Network,
  samples: Samples,
  options: StepperOptions,
  start: OptimiserState,
  compile: boolean,
): Promise<{ stepper: Stepper; notice: string | null }> {
  const eager = (notice: string | null) => ({
    stepper: new EagerStepper(engine, network, samples, options, start),
    notice,
  });
  if (!compile || engine.info.kind !== 'native') return eager(null);
  try {
    return { stepper: await openCompiledStepper(engine, network, samples, options, start), notice: null };
  } catch (error) {
    if (!isFault(error)) throw error;
    return eager(error.message);
  }
}
