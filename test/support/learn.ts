import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { Random } from '../../src-main/core/random';
import { drawn } from '../../src-main/learner/batch';
import type { Engine, Tf } from '../../src-main/learner/engine';
import { compileStep } from '../../src-main/learner/graph/compile';
import { initialParameters, unpack } from '../../src-main/learner/parameters';
import type { Draw, Network, NetworkInput, NetworkShape, Targets } from '../../src-main/learner/policies/method';
import { freshState, stateVectors, stepNumbers, trainStep } from '../../src-main/learner/step';

/** A small problem: samples drawn by rule. */
export interface Problem {
  readonly shape: NetworkShape;
  /** One sample: H × F features, chunk × A actions, and if the shape has them E hints and a picture per camera. */
  sample(random: Random): {
    readonly features: readonly number[];
    readonly actions: readonly number[];
    readonly hints?: readonly number[];
    readonly images?: readonly Float32Array[];
  };
}

export const shapeOf = (shape: Partial<NetworkShape>): NetworkShape => ({
  history: 1,
  features: 1,
  chunk: 1,
  actions: 1,
  hints: 0,
  cameras: [],
  memory: 0,
  ...shape,
});

export interface Learned {
  readonly weights: Float32Array;
  readonly losses: readonly number[];
}

/** `size` samples as tensors; the caller tidies. */
export function batchOf(tf: Tf, { shape, sample }: Problem, size: number, random: Random) {
  const samples = Array.from({ length: size }, () => sample(random));
  const { history, features, chunk, actions, hints, cameras } = shape;
  const input: NetworkInput = {
    features: tf.tensor3d(
      samples.flatMap((s) => [...s.features]),
      [size, history, features],
    ),
    images: cameras.map(({ width, height }, c) => {
      const all = new Float32Array(size * width * height * 3);
      for (const [i, s] of samples.entries()) all.set(s.images?.[c] ?? [], i * width * height * 3);
      return tf.tensor4d(all, [size, height, width, 3]);
    }),
  };
  const targets: Targets = {
    actions: tf.tensor3d(
      samples.flatMap((s) => [...s.actions]),
      [size, chunk, actions],
    ),
    hints:
      hints > 0
        ? tf.tensor2d(
            samples.flatMap((s) => [...(s.hints ?? [])]),
            [size, hints],
          )
        : null,
  };
  return { input, targets };
}

export const drawsOf = (tf: Tf, draws: readonly Draw[], size: number, random: Random): Tensor[] =>
  draws.map((draw) => tf.tensor(drawn(draw, size, random), [size, ...draw.shape]));

/**
 * Some hundred training steps on fresh samples, with the learning rate falling to nothing: in one graph where the engine
 * can compile the step, as ordinary operations else.
 */
export async function learn(
  engine: Engine,
  network: Network,
  problem: Problem,
  { steps = 300, batch = 64, rate = 3e-3, seed = 1, compile = engine.info.kind === 'native' } = {},
): Promise<Learned> {
  const { tf } = engine;
  const random = new Random(seed);
  const { cameras, hints } = problem.shape;
  const step = trainStep(tf, network, cameras.length, hints > 0);
  const losses: number[] = [];
  const start = stateVectors(freshState(initialParameters(network.parameters, random.fork(1))));
  const numbers = (n: number): Float32Array => {
    const falling = rate * 0.5 * (1 + Math.cos((Math.PI * n) / steps));
    return stepNumbers(n, falling, 1e-4, 50);
  };
  const inputs = (n: number): Tensor[] => {
    const { input, targets } = batchOf(tf, problem, batch, random);
    const taught = targets.hints ? [targets.hints] : [];
    const draws = drawsOf(tf, network.lossDraws, batch, random);
    return [input.features, ...input.images, targets.actions, ...taught, ...draws, tf.tensor1d(numbers(n))];
  };
  if (compile) {
    const shapes = tf.tidy(() => inputs(1).map((t) => ({ shape: t.shape, dtype: 'float32' as const })));
    const state = start.map((value) => ({ shape: [value.length], value }));
    const graph = await compileStep(engine, step, state, shapes);
    for (let n = 1; n <= steps; n++) {
      const values = tf.tidy(() => inputs(n).map((t) => Float32Array.from(t.dataSync())));
      losses.push(graph.run(values)[0] as number);
    }
    const [, average] = await graph.readState();
    graph.dispose();
    return { weights: average as Float32Array, losses };
  }
  let state: Tensor[] = start.map((v) => tf.tensor1d(v));
  for (let n = 1; n <= steps; n++) {
    const next = tf.tidy(() => step(state, inputs(n)));
    losses.push(next.loss.dataSync()[0] as number);
    tf.dispose([...state, next.loss]);
    state = next.state;
  }
  const weights = Float32Array.from((state[1] as Tensor).dataSync());
  tf.dispose(state);
  return { weights, losses };
}

/** Features (and pictures) of B samples → actions, B lists of chunk · A values. */
export function acts(
  { tf }: Engine,
  network: Network,
  shape: NetworkShape,
  weights: Float32Array,
  features: readonly (readonly number[])[],
  { seed = 7, images = [] as readonly Tensor4D[] } = {},
): number[][] {
  const size = features.length;
  const values = tf.tidy(() => {
    const input: NetworkInput = {
      features: tf.tensor3d(features.flat(), [size, shape.history, shape.features]),
      images,
    };
    const draws = drawsOf(tf, network.actDraws, size, new Random(seed));
    const out: Tensor3D = network.act(tf, unpack(tf, tf.tensor1d(weights), network.parameters), input, draws);
    if (out.shape.join() !== [size, shape.chunk, shape.actions].join()) throw new Error(`act gave ${out.shape}`);
    return (tf.reshape(out, [size, -1]) as Tensor2D).arraySync();
  });
  return values;
}

/** Mean of the network's `error` (or loss) on `size` fresh samples. */
export function errorOf({ tf }: Engine, network: Network, problem: Problem, weights: Float32Array, size = 128): number {
  const random = new Random(99);
  return tf.tidy(() => {
    const { input, targets } = batchOf(tf, problem, size, random);
    const draws = drawsOf(tf, network.lossDraws, size, random);
    const all = unpack(tf, tf.tensor1d(weights), network.parameters);
    return (network.error ?? network.loss)(tf, all, input, targets, draws).dataSync()[0] as number;
  });
}

/** Parameters that get no gradient at all from one batch: weights nobody would miss. */
export function deadParameters({ tf }: Engine, network: Network, problem: Problem): number[] {
  const random = new Random(3);
  return tf.tidy(() => {
    const { input, targets } = batchOf(tf, problem, 32, random);
    const draws = drawsOf(tf, network.lossDraws, 32, random);
    const start = tf.tensor1d(initialParameters(network.parameters, random));
    const gradient = tf.grad((flat) =>
      network.loss(tf, unpack(tf, flat as Tensor1D, network.parameters), input, targets, draws),
    )(start);
    return unpack(tf, gradient as Tensor1D, network.parameters).flatMap((part, i) =>
      (tf.max(tf.abs(part)).dataSync()[0] as number) > 0 ? [] : [i],
    );
  });
}
