import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { fault } from '../core/fault';
import type { Policy, PolicySpec } from '../core/policy';
import type { Observation, Vector } from '../core/types';
import type { Engine } from './engine';
import { placeFrame, resize } from './images';
import { Normaliser } from './normaliser';
import { unpack } from './parameters';
import type { Network } from './policies/method';

/** A trained network as a policy: normalise → network → actions in robot units. */
export class NetworkPolicy implements Policy {
  readonly #inputs: Normaliser;
  readonly #targets: Normaliser;
  readonly #weights: Tensor[];
  #disposed = false;

  constructor(
    readonly engine: Engine,
    readonly spec: PolicySpec,
    readonly network: Network,
    normaliser: {
      inputs: { mean: readonly number[]; std: readonly number[] };
      targets: { mean: readonly number[]; std: readonly number[] };
    },
    weights: Float32Array,
  ) {
    this.#inputs = new Normaliser(normaliser.inputs.mean, normaliser.inputs.std);
    this.#targets = new Normaliser(normaliser.targets.mean, normaliser.targets.std);
    const { tf } = engine;
    this.#weights = tf.tidy(() => unpack(tf, tf.tensor1d(weights), network.parameters));
  }

  async act(history: readonly Observation[]): Promise<readonly Vector[]> {
    const seen = history.at(-1);
    if (this.#disposed || !seen)
      throw fault('bad-input', 'The policy was asked to act without an observation', 'Load the policy again.');
    const { tf } = this.engine;
    const output = tf.tidy(() => this.#forward(seen));
    const values = await output.data();
    output.dispose();
    const joints = this.spec.action.length;
    return Array.from({ length: this.spec.chunk }, (_, k) =>
      Array.from({ length: joints }, (_, j) => {
        const i = k * joints + j;
        return (seen.joints[j] ?? 0) + this.#targets.backward(i, values[i] ?? 0);
      }),
    );
  }

  #forward(seen: Observation): Tensor2D {
    const { tf } = this.engine;
    const { joints, environment, cameras } = this.spec.observation;
    const raw = environment.length > 0 ? [...seen.joints, ...seen.environment] : seen.joints;
    if (raw.length !== joints.length + environment.length || !raw.every(Number.isFinite)) {
      throw fault(
        'incompatible',
        `The policy "${this.spec.kind}" wants ${joints.length} joints and ${environment.length} values of task state; it was shown ${raw.length} values`,
        'Load a policy that was trained on this robot and task.',
      );
    }
    const features = tf.tensor2d(
      Float32Array.from(raw, (v, i) => this.#inputs.forward(i, v)),
      [1, raw.length],
    );
    const images = cameras.map((camera) => {
      const image = seen.images?.[camera.name];
      if (!image)
        throw fault(
          'no-camera',
          `The policy needs the camera "${camera.name}"`,
          'Switch this camera on, or load another policy.',
        );
      const pixels = new Float32Array(camera.width * camera.height * 3);
      placeFrame(resize(image, camera.width, camera.height), 0, pixels, 0, camera);
      return tf.tensor4d(pixels, [1, camera.height, camera.width, 3]);
    });
    return this.network.forward(tf, this.#weights, { features, images });
  }

  /** Nothing is remembered between calls. */
  reset(): void {}

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.engine.tf.dispose(this.#weights);
  }
}
