import type { Tensor } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import { Random } from '../../core/random';
import type { Engine } from '../engine';
import { changeState } from './change';
import { exampleOf, type InputSpec, inputNodes, tensorOf } from './inputs';
import { type FeedArray, nativeBackend } from './native';
import { type Edge, edge, inOrder, specOf } from './nodes';
import { rewrite } from './rewrite';
import { type Call, GraphSession } from './session';
import { done, stateNodes } from './state';
import { trace } from './trace';

/** A value that stays inside the graph from call to call, float32. */
export interface StateSpec {
  readonly shape: readonly number[];
  readonly value: Float32Array;
}

export type Work = (
  state: Tensor[],
  inputs: Tensor[],
) => { readonly outputs: readonly Tensor[]; readonly state: readonly Tensor[] };

export interface Graph {
  /** Inputs in order → outputs in order; the state moves on. */
  run(values: readonly FeedArray[]): FeedArray[];
  load(values: readonly Float32Array[]): void;
  save(): Float32Array[];
  close(): void;
}

/** Traces `work` and opens what it did as a graph whose variables hold the state. Throws what `trace` and TensorFlow do. */
export function build(engine: Engine, state: readonly StateSpec[], inputs: readonly InputSpec[], work: Work): Graph {
  const { binding } = nativeBackend(engine);
  const held = stateNodes(state.map(({ shape }) => shape));
  const fed = inputs.map((input, i) => inputNodes(input, `in${i}`));
  const sources = [...held.reads.map((node) => edge(node)), ...fed.map(({ value }) => value)];
  const { outputs, next } = record(engine, state, inputs, work, sources);
  const better = rewrite([...outputs, ...next]);
  const change = changeState(held, better.slice(0, outputs.length), better.slice(outputs.length));
  const fetches = change.outputs.map((value, i) => done(`out${i}`, change.writes, value));
  const needed = new Set(inOrder(fetches));
  const used = fed.map(({ feed }) => needed.has(feed));
  const call: Call = {
    feeds: fed.flatMap(({ feed }, i) => (used[i] ? [{ name: `in${i}`, spec: specOf(edge(feed)) }] : [])),
    fetches: fetches.map((_, i) => `out${i}`),
  };
  const session = new GraphSession(binding, [...fetches, ...held.targets]);
  const load = (values: readonly Float32Array[]): void => {
    checkSizes(state, values);
    if (state.length > 0) session.run(held.load, values);
  };
  load(state.map(({ value }) => value));
  return {
    run: (values) => {
      checkSizes(inputs, values);
      return session.run(
        call,
        values.filter((_, i) => used[i]),
      );
    },
    load,
    save: () => (state.length > 0 ? session.run(held.save, []) : []).map((values) => Float32Array.from(values)),
    close: () => session.close(),
  };
}

/** Runs the function once on made-up inputs and finds what comes out in the graph. */
function record(
  engine: Engine,
  state: readonly StateSpec[],
  inputs: readonly InputSpec[],
  work: Work,
  sources: readonly Edge[],
): { readonly outputs: readonly Edge[]; readonly next: readonly Edge[] } {
  const { tf } = engine;
  const random = new Random(1);
  tf.engine().startScope();
  try {
    const held = state.map(({ shape, value }) => tf.tensor(value, [...shape]));
    const fed = inputs.map((input) => tensorOf(tf, input, exampleOf(input, random)));
    const from = new Map([...held, ...fed].map((tensor, i) => [tensor, sources[i] as Edge]));
    const edges = trace(tf, nativeBackend(engine), from, () => {
      const out = work(held, fed);
      checkShapes(state, out.state);
      return [...out.outputs, ...out.state];
    });
    const count = edges.length - state.length;
    return { outputs: edges.slice(0, count), next: edges.slice(count) };
  } finally {
    tf.engine().endScope();
  }
}

function checkShapes(state: readonly StateSpec[], next: readonly Tensor[]): void {
  const fits =
    next.length === state.length &&
    next.every((tensor, i) => tensor.dtype === 'float32' && String(tensor.shape) === String(state[i]?.shape));
  if (fits) return;
  throw fault('incompatible', 'A step must give back its state in the shapes it got.', 'Correct the step.');
}

function checkSizes(specs: readonly { readonly shape: readonly number[] }[], values: readonly FeedArray[]): void {
  const fits =
    values.length === specs.length &&
    specs.every(({ shape }, i) => values[i]?.length === shape.reduce((a, b) => a * b, 1));
  if (fits) return;
  const wanted = specs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
  throw fault(
    'incompatible',
    `A compiled graph takes values of fixed shapes: ${wanted}.`,
    'Give it what it was made for.',
  );
}
