import type { Tensor } from '@tensorflow/tfjs-core';
import { fault } from '../core/fault';
import type { Policy, PolicySpec } from '../core/policy';
import type { Observation, Vector } from '../core/types';
import type { Engine, Tf } from './engine';
import { resize } from './images';
import { unpack } from './parameters';
import { type PolicyParts, policyGraph, type RawInput } from './policy-graph';

/** A trained network as a policy, computed by the learning engine. */
export class NetworkPolicy implements Policy {
  readonly #weights: Tensor[];
  #disposed = false;

  constructor(
    readonly engine: Engine,
    readonly parts: PolicyParts,
    weights: Float32Array,
  ) {
    const { tf } = engine;
    this.#weights = tf.tidy(() => unpack(tf, tf.tensor1d(weights), parts.network.parameters));
  }

  get spec(): PolicySpec {
    return this.parts.spec;
  }

  async act(history: readonly Observation[]): Promise<readonly Vector[]> {
    if (this.#disposed || history.length === 0)
      throw fault('bad-input', 'The policy was asked to act without an observation', 'Load the policy again.');
    const { tf } = this.engine;
    const output = tf.tidy(() => policyGraph(tf, this.parts, this.#weights, rawInput(tf, this.spec, history)));
    const values = await output.data();
    output.dispose();
    const channels = this.spec.action.length;
    return Array.from({ length: this.spec.chunk }, (_, k) => [...values.subarray(k * channels, (k + 1) * channels)]);
  }

  /** Nothing is remembered between calls. */
  reset(): void {}

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.engine.tf.dispose(this.#weights);
  }
}

/** Observations as the tensors a policy takes; short histories repeat their oldest. Throws for what does not fit the spec. */
export function rawInput(tf: Tf, spec: PolicySpec, history: readonly Observation[]): RawInput {
  const filled = fill(history, spec.history);
  const { cameras } = spec.observation;
  const now = filled.at(-1) as Observation;
  return {
    state: tf.tensor3d(values(filled, 'joints', spec), [1, spec.history, spec.observation.joints.length]),
    ...(spec.observation.environment.length > 0 && {
      environment: tf.tensor3d(values(filled, 'environment', spec), [
        1,
        spec.history,
        spec.observation.environment.length,
      ]),
    }),
    ...(spec.tasks.length > 0 && {
      task: tf.tensor2d(taskOf(spec, now).map(Number), [1, spec.tasks.length]),
    }),
    images: cameras.map((camera) => {
      const pixels = Float32Array.from(picture(now, camera), (byte) => byte / 255);
      return tf.tensor4d(pixels, [1, camera.height, camera.width, 3]);
    }),
  };
}

/** One-hot over `spec.tasks`. Throws for a task it was not taught. */
export function taskOf(spec: PolicySpec, { task = spec.task }: Observation): boolean[] {
  if (spec.tasks.includes(task)) return spec.tasks.map((text) => text === task);
  throw fault('bad-input', `The policy was not taught "${task}"`, `It knows: ${spec.tasks.join('; ')}.`);
}

/** The newest `length` observations, oldest first; before the first stands the first again. */
export function fill(history: readonly Observation[], length: number): readonly Observation[] {
  const newest = history.slice(-length);
  const first = newest[0] as Observation;
  return [...Array.from({ length: length - newest.length }, () => first), ...newest];
}

/** H × S (or H × E) values, checked against the spec. */
export function values(
  history: readonly Observation[],
  part: 'joints' | 'environment',
  spec: PolicySpec,
): Float32Array {
  const width = spec.observation[part].length;
  const out = new Float32Array(history.length * width);
  for (const [h, seen] of history.entries()) {
    const shown = seen[part];
    if (shown.length !== width || !shown.every(Number.isFinite)) {
      const what = part === 'joints' ? 'joints' : 'values of task state';
      throw fault(
        'incompatible',
        `The policy "${spec.kind}" wants ${width} ${what}; it was shown ${shown.filter(Number.isFinite).length}`,
        'Load a policy that was trained on this robot and task.',
      );
    }
    out.set(shown, h * width);
  }
  return out;
}

/** height × width × 3 bytes of one camera, scaled to what the policy was trained on. */
export function picture(seen: Observation, camera: PolicySpec['observation']['cameras'][number]): Uint8Array {
  const image = seen.images?.[camera.name];
  if (image) return resize(image, camera.width, camera.height);
  throw fault(
    'no-camera',
    `The policy needs the camera "${camera.name}"`,
    'Switch this camera on, or load another policy.',
  );
}
