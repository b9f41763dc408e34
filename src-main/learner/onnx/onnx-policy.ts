import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../core/fault';
import type { Policy, PolicySpec } from '../../core/policy';
import type { CameraSpec, Observation, Vector } from '../../core/types';
import { scales } from '../../dataset/units';
import { readPolicyFile } from '../checkpoint';
import { fill, picture, taskOf, values } from '../network-policy';
import { corrupt, ONNX_FILE, type PolicyFile, sha256 } from '../policy-file';
import { withoutDefault } from './defaults';
import { ACTION, channelsOf, ENVIRONMENT, imageInput, STATE, TASK } from './export-policy';
import { type OnnxInput, type OnnxSession, openOnnx } from './session';

/**
 * One of our own policies, run from its `policy.onnx`: what drives the robot here is the file that others run elsewhere.
 * The file speaks a dataset's units; observations and actions here are in the robot's.
 */
export class OnnxPolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #state: readonly number[];
  readonly #action: readonly number[];
  /** Reused: a picture is the most of what a call copies. */
  readonly #pictures = new Map<string, Float32Array>();
  #open = true;

  constructor(
    file: PolicyFile,
    private readonly session: OnnxSession,
  ) {
    this.spec = file.spec;
    const { state, action } = channelsOf(file);
    this.#state = scales(state);
    this.#action = scales(action);
  }

  async act(history: readonly Observation[]): Promise<readonly Vector[]> {
    if (!this.#open || history.length === 0)
      throw fault('bad-input', 'The policy was asked to act without an observation', 'Load the policy again.');
    const { [ACTION]: action } = await this.session.run(this.#feeds(history), [ACTION]);
    const channels = this.spec.action.length;
    const data = action?.data ?? new Float32Array();
    return Array.from({ length: this.spec.chunk }, (_, k) =>
      Array.from({ length: channels }, (_, a) => (data[k * channels + a] ?? Number.NaN) / (this.#action[a] ?? 1)),
    );
  }

  /** Nothing is remembered between calls. */
  reset(): void {}

  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    void this.session.close();
  }

  #feeds(history: readonly Observation[]): Record<string, OnnxInput> {
    const { spec } = this;
    const filled = fill(history, spec.history);
    const times = spec.history > 1 ? [1, spec.history] : [1];
    const { joints, environment, cameras } = spec.observation;
    const state = values(filled, 'joints', spec).map((value, i) => value * (this.#state[i % joints.length] ?? 1));
    const feeds: Record<string, OnnxInput> = { [STATE]: { data: state, shape: [...times, joints.length] } };
    if (environment.length > 0) {
      feeds[ENVIRONMENT] = { data: values(filled, 'environment', spec), shape: [...times, environment.length] };
    }
    const now = filled.at(-1) as Observation;
    if (spec.tasks.length > 0) {
      feeds[TASK] = { data: Float32Array.from(taskOf(spec, now), Number), shape: [1, spec.tasks.length] };
    }
    for (const camera of cameras) feeds[imageInput(camera.name)] = this.#picture(now, camera);
    return feeds;
  }

  #picture(now: Observation, camera: CameraSpec): OnnxInput {
    const { name, width, height } = camera;
    const data = this.#pictures.get(name) ?? new Float32Array(3 * height * width);
    this.#pictures.set(name, data);
    channelsFirst(picture(now, camera), data, 1 / 255);
    return { data, shape: [1, 3, height, width] };
  }
}

/** height × width × 3 bytes → 3 × height × width numbers. */
export function channelsFirst(pixels: Uint8Array, out: Float32Array, scale: number): void {
  const plane = out.length / 3;
  for (let i = 0, from = 0; i < plane; i++, from += 3) {
    out[i] = (pixels[from] as number) * scale;
    out[plane + i] = (pixels[from + 1] as number) * scale;
    out[2 * plane + i] = (pixels[from + 2] as number) * scale;
  }
}

/**
 * Opens the ONNX file of a checkpoint folder. Throws `not-found` when it has none, `corrupt` when it is not the one that
 * was saved with the checkpoint, and as `readPolicyFile` and `openOnnx` do.
 */
export async function loadOnnxPolicy(folder: string): Promise<Policy> {
  const file = await readPolicyFile(folder);
  if (!file.onnx) throw fault('not-found', `The policy in ${folder} has no ${ONNX_FILE}`, 'Train it again to get one.');
  const bytes = await readFile(join(folder, ONNX_FILE)).catch((error: unknown) => {
    throw corrupt(folder, `${ONNX_FILE} cannot be read`, error);
  });
  if (sha256(bytes) !== file.onnx.sha256) throw corrupt(folder, `${ONNX_FILE} was changed after it was saved`);
  return new OnnxPolicy(file, await openOnnx(file.spec.tasks.length > 0 ? withoutDefault(bytes, TASK) : bytes));
}
