import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Random } from '../../core/random';
import type { Engine, Tf } from '../engine';
import { fit } from '../fit';
import { dense, relu } from '../layers';
import { Normaliser } from '../normaliser';
import { denseParameters, type ParameterSpec, unpack } from '../parameters';
import type { Network, NetworkInput, Targets } from '../policies/method';
import type { Samples } from '../samples';
import type { Transitions } from './transitions';

/**
 * Implicit Q-learning (Kostrikov et al. 2022) over chunks of actions: a value V of a state and two Q of a state and the
 * chunk that was executed there. It never asks what an action nobody took would be worth, so it can learn from a fixed
 * set of rollouts.
 *
 *   V(s)    ← expectile τ of min(Q₁, Q₂)(s, a)        (what good chunks are worth here)
 *   Qᵢ(s,a) ← r + γʰ V(s′)                            (h rows later)
 *
 * Written as a network whose "targets" are the rest of the transition, so that it is trained by the same `fit`.
 */
const HIDDEN = 128;
const EXPECTILE = 0.7;
const SETTINGS = {
  batch: 256,
  learningRate: 1e-3,
  weightDecay: 1e-5,
  averageSteps: 200,
  jointNoise: 0,
  environmentNoise: 0,
  jointDropout: 0,
  shift: 0,
  colour: 0,
  patience: 0,
};

export interface CriticOptions {
  readonly steps: number;
  readonly compile: boolean;
}

/** V and min(Q₁, Q₂) of each transition, in order. */
export interface Judgement {
  readonly value: Float32Array;
  readonly quality: Float32Array;
}

/** Learns what states and chunks are worth and judges every transition. Leaves no tensors. */
export async function judge(
  engine: Engine,
  transitions: Transitions,
  options: CriticOptions,
  random: Random,
): Promise<Judgement> {
  const network = criticNetwork(transitions.features, transitions.actions);
  const all = Int32Array.from({ length: transitions.count }, (_, i) => i);
  const samples = asSamples(transitions, all);
  const { best } = await fit(engine, network, samples, { ...SETTINGS, ...options, seconds: 86_400 }, random);
  return evaluateAll(engine.tf, transitions, network.parameters, best.weights);
}

/** Weights of one head: in → 128 → 128 → 1. */
const head = (inputs: number): ParameterSpec[] => [
  ...denseParameters(inputs, HIDDEN),
  ...denseParameters(HIDDEN, HIDDEN),
  ...denseParameters(HIDDEN, 1, 0.01),
];

function criticNetwork(features: number, actions: number): Network {
  const refuse = (): never => {
    throw new Error('a critic does not act');
  };
  return {
    parameters: [...head(features), ...head(features + actions), ...head(features + actions)],
    lossDraws: [],
    loss: (tf, w, input, targets) => loss(tf, w, input, targets, features, actions),
    actDraws: [],
    act: refuse,
  };
}

function loss(tf: Tf, w: readonly Tensor[], input: NetworkInput, targets: Targets, features: number, actions: number) {
  const state = flat(tf, input.features, features); // B × S
  const packed = flat(tf, targets.actions, actions + 2 + features); // B × (h·A + 1 + 1 + S)
  const [chunk, reward, discount, next] = tf.split(packed, [actions, 1, 1, features], 1) as [
    Tensor2D,
    Tensor2D,
    Tensor2D,
    Tensor2D,
  ];
  const both = tf.concat([state, chunk], 1) as Tensor2D;
  const [v, q1, q2] = [w.slice(0, 6), w.slice(6, 12), w.slice(12, 18)];
  const value = run(tf, v, state); // B × 1
  const [qualityOne, qualityTwo] = [run(tf, q1, both), run(tf, q2, both)];
  const gap = tf.sub(tf.minimum(constant(tf, qualityOne), constant(tf, qualityTwo)), value);
  // |τ − 1(gap < 0)| · gap²
  const over = tf.mul(tf.square(relu(tf, gap)), EXPECTILE);
  const under = tf.mul(tf.square(relu(tf, tf.neg(gap))), 1 - EXPECTILE);
  const valueLoss = tf.mean(tf.add(over, under));
  const target = constant(tf, tf.add(reward, tf.mul(discount, run(tf, v, next))));
  const miss = (q: Tensor): Tensor => tf.mean(tf.square(tf.sub(target, q)));
  return tf.add(tf.add(valueLoss, miss(qualityOne)), miss(qualityTwo)) as Scalar;
}

const flat = (tf: Tf, x: Tensor3D, width: number): Tensor2D => tf.reshape(x, [-1, width]) as Tensor2D;

function run(tf: Tf, w: readonly Tensor[], x: Tensor2D): Tensor2D {
  const [w1, b1, w2, b2, w3, b3] = w as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  return dense(tf, relu(tf, dense(tf, relu(tf, dense(tf, x, w1, b1)), w2, b2)), w3, b3);
}

/** The same numbers, through which no gradient flows. */
function constant<T extends Tensor>(tf: Tf, x: T): T {
  const stop = tf.customGrad((input) => ({
    value: tf.add(input as T, 0) as T,
    gradFunc: (dy: Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}

const identity = (size: number): Normaliser => new Normaliser(new Array(size).fill(0), new Array(size).fill(1));

/** Transitions in the shape `fit` takes: one observation in, one "action" of everything else out. */
function asSamples(transitions: Transitions, train: Int32Array): Samples {
  const { count, features, packed, states, width } = transitions;
  return {
    rows: count,
    joints: features,
    environment: 0,
    features,
    channels: width,
    chunk: 1,
    history: 1,
    inputs: states,
    actions: packed,
    starts: train,
    ends: train,
    relativeTo: new Array(width).fill(null),
    pictures: { at: () => new Uint8Array(0), close: () => undefined },
    cameras: [],
    hints: new Float32Array(0),
    hintScale: identity(0),
    train,
    heldOut: new Int32Array(0),
    episodes: { train: [], heldOut: [] },
    task: '',
    tasks: [],
    inputScale: identity(features),
    targetScale: identity(width),
  };
}

const BATCH = 4096;

function evaluateAll(
  tf: Tf,
  { count, features, actions, packed, states, width }: Transitions,
  parameters: readonly ParameterSpec[],
  weights: Float32Array,
): Judgement {
  const value = new Float32Array(count);
  const quality = new Float32Array(count);
  for (let at = 0; at < count; at += BATCH) {
    const size = Math.min(BATCH, count - at);
    tf.tidy(() => {
      const w = unpack(tf, tf.tensor1d(weights), parameters);
      const state = tf.tensor2d(states.subarray(at * features, (at + size) * features), [size, features]);
      const rest = tf.tensor2d(packed.subarray(at * width, (at + size) * width), [size, width]);
      const both = tf.concat([state, tf.slice(rest, [0, 0], [size, actions])], 1) as Tensor2D;
      value.set(run(tf, w.slice(0, 6), state).dataSync(), at);
      quality.set(tf.minimum(run(tf, w.slice(6, 12), both), run(tf, w.slice(12, 18), both)).dataSync(), at);
    });
  }
  return { value, quality };
}
