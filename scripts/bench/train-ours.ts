// The training steps of `npm run bench train` on our engine: the app's own step, on networks made for comparison.
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { Random } from '../../src-main/core/random';
import { openEngine, type Tf } from '../../src-main/learner/engine';
import { compileStep, type InputSpec } from '../../src-main/learner/graph/compile';
import { tensorOf } from '../../src-main/learner/graph/inputs';
import { conv, dense, meanAbsolute, relu } from '../../src-main/learner/layers';
import {
  convParameters,
  denseParameters,
  initialParameters,
  type ParameterSpec,
} from '../../src-main/learner/parameters';
import type { Network } from '../../src-main/learner/policies/method';
import { freshState, stateVectors, stepNumbers, trainStep } from '../../src-main/learner/step';

interface Workload {
  readonly batch: number;
  readonly network: Network;
  /** What a step takes, in the order of `batchShapes`. */
  readonly inputs: readonly InputSpec[];
}

const layer = (tf: Tf, w: readonly Tensor[], at: number, x: Tensor2D): Tensor2D =>
  dense(tf, x, w[at] as Tensor, w[at + 1] as Tensor);

/** A network with just a loss: L1 between what `forward` makes and the actions. */
function cloning(
  parameters: readonly ParameterSpec[],
  forward: (tf: Tf, w: readonly Tensor[], features: Tensor2D, image: Tensor4D) => Tensor2D,
): Network {
  return {
    parameters,
    lossDraws: [],
    actDraws: [],
    loss: (tf, w, { features, images }, { actions }) => {
      const [batch = 0] = actions.shape;
      const flat = tf.reshape(features, [batch, features.size / batch]) as Tensor2D;
      const predicted = forward(tf, w, flat, images[0] as Tensor4D);
      return meanAbsolute(tf, predicted, tf.reshape(actions, predicted.shape));
    },
    act: () => {
      throw new Error('only trained here');
    },
  };
}

const mlp: Workload = {
  batch: 256,
  inputs: [
    { shape: [256, 1, 39], dtype: 'float32' },
    { shape: [256, 8, 5], dtype: 'float32' },
  ],
  network: cloning(
    [39, 256, 256, 256].flatMap((width, i, all) => denseParameters(width, all[i + 1] ?? 40)),
    (tf, w, features) => {
      let x = features;
      for (let i = 0; i < 6; i += 2) x = relu(tf, layer(tf, w, i, x));
      return layer(tf, w, 6, x);
    },
  ),
};

const CONVS = [{ size: 5, channels: 32 }, ...Array.from({ length: 3 }, () => ({ size: 3, channels: 64 }))];
const cnn: Workload = {
  batch: 64,
  inputs: [
    { shape: [64, 1, 1], dtype: 'float32' },
    { shape: [64, 96, 96, 3], dtype: 'uint8' },
    { shape: [64, 8, 5], dtype: 'float32' },
  ],
  network: cloning(
    [
      ...CONVS.flatMap(({ size, channels }, i) => convParameters(size, CONVS[i - 1]?.channels ?? 3, channels)),
      ...denseParameters(64 * 36, 512),
      ...denseParameters(512, 40),
    ],
    (tf, w, _, image) => {
      let x = tf.sub(tf.mul(image, 1 / 255), 0.5) as Tensor4D;
      for (const i of CONVS.keys()) x = relu(tf, conv(tf, x, w[i * 2] as Tensor, w[i * 2 + 1] as Tensor, 2));
      return layer(tf, w, 10, relu(tf, layer(tf, w, 8, tf.reshape(x, [64, 64 * 36]) as Tensor2D)));
    },
  ),
};

export const WORKLOADS: Readonly<Record<string, Workload>> = { mlp, cnn };

/** Each call of what comes back takes one step and gives its loss. */
export async function open(name: string, compiled: boolean): Promise<() => number> {
  const { network, inputs } = WORKLOADS[name] as Workload;
  const engine = await openEngine('native');
  const { tf } = engine;
  const random = new Random(1);
  const batch = inputs.map(({ shape, dtype }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return dtype === 'uint8'
      ? Uint8Array.from({ length: size }, () => random.below(256))
      : Float32Array.from({ length: size }, () => random.normal());
  });
  const step = trainStep(tf, network, name === 'cnn' ? 1 : 0, false);
  const start = stateVectors(freshState(initialParameters(network.parameters, random)));
  const specs: InputSpec[] = [...inputs, { shape: [4], dtype: 'float32' }];
  let n = 0;
  const values = () => [...batch, stepNumbers(++n, 1e-3, 1e-4, 500)];
  if (compiled) {
    const graph = await compileStep(
      engine,
      step,
      start.map((value) => ({ shape: [value.length], value })),
      specs,
    );
    return () => graph.run(values())[0] as number;
  }
  let state: Tensor[] = start.map((value) => tf.tensor1d(value));
  return () => {
    const next = tf.tidy(() => {
      const fed = values();
      return step(
        state,
        specs.map((spec, i) => tensorOf(tf, spec, fed[i] as Float32Array)),
      );
    });
    tf.dispose(state);
    state = next.state;
    const loss = next.loss.dataSync()[0] as number;
    next.loss.dispose();
    return loss;
  };
}
