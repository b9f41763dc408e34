import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Engine } from '../engine';
import { build, type StateSpec } from './build';
import type { InputSpec } from './inputs';
import type { FeedArray } from './native';

export type { StateSpec } from './build';
export type { InputSpec } from './inputs';
export type { FeedArray } from './native';

/** A pure step: what the state becomes, and the loss it was at. */
export type Step = (state: Tensor[], inputs: Tensor[]) => { readonly state: readonly Tensor[]; readonly loss: Scalar };

/** A pure function that changes nothing. */
export type Forward = (inputs: Tensor[], state: Tensor[]) => readonly Tensor[];

/** A training step in one call. */
export interface Compiled {
  /** Inputs in order, each as long as its shape says → the loss, one number. */
  run(inputs: readonly FeedArray[]): Float32Array;
  readState(): Promise<Float32Array[]>;
  writeState(values: readonly Float32Array[]): void;
  dispose(): void;
}

/** A function in one call. */
export interface CompiledForward {
  /** Inputs in order → outputs in order. */
  run(inputs: readonly FeedArray[]): FeedArray[];
  writeState(values: readonly Float32Array[]): void;
  dispose(): void;
}

/**
 * Makes one TensorFlow graph of a training step with its state inside, by running it once on made-up values and noting
 * what it did (see `trace`). The state starts at the values given.
 *
 * Throws a fault (`no-engine`, `incompatible`) where that cannot be done; the step itself then still works.
 */
export async function compileStep(
  engine: Engine,
  step: Step,
  state: readonly StateSpec[],
  inputs: readonly InputSpec[],
): Promise<Compiled> {
  const graph = build(engine, state, inputs, (held, fed) => {
    const next = step(held, fed);
    return { outputs: [next.loss], state: next.state };
  });
  return {
    run: (values) => Float32Array.from(graph.run(values)[0] ?? []),
    readState: async () => graph.save(),
    writeState: (values) => graph.load(values),
    dispose: () => graph.close(),
  };
}

/** The same for a function that changes nothing. Weights are `state`, or constants where the function closes over them. */
export async function compileForward(
  engine: Engine,
  forward: Forward,
  inputs: readonly InputSpec[],
  state: readonly StateSpec[] = [],
): Promise<CompiledForward> {
  const graph = build(engine, state, inputs, (held, fed) => ({ outputs: forward(fed, held), state: held }));
  return {
    run: (values) => graph.run(values),
    writeState: (values) => graph.load(values),
    dispose: () => graph.close(),
  };
}
