import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../core/fault';
import type { Policy, PolicySpec } from '../../core/policy';
import type { Observation, Vector } from '../../core/types';
import { fill, picture, values } from '../network-policy';
import { checkFit, type Feed } from './foreign-fit';
import {
  type CameraInput,
  type ForeignSpec,
  namesOf,
  outputJoints,
  policySpecOf,
  readForeignSpec,
  type VectorInput,
} from './foreign-spec';
import { type OnnxInput, type OnnxSession, openOnnx } from './session';

/** Model units per robot unit. */
const FACTOR = { rad: 1, deg: 180 / Math.PI, ratio: 1, percent: 100, m: 1, raw: 1 } as const;
/** Black, and white − black. */
const RANGE = { '0..1': [0, 1], '0..255': [0, 255], '-1..1': [-1, 2] } as const;

/** A policy that another program trained and wrote as ONNX, understood by its spec file. */
export class ForeignPolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #factors: readonly number[];
  /** For each joint its place in the model's output; −1 for one it does not move. */
  readonly #places: readonly number[];
  #open = true;

  constructor(
    private readonly foreign: ForeignSpec,
    private readonly session: OnnxSession,
    /** The model's inputs with their exact shapes. */
    private readonly wanted: readonly Feed[],
  ) {
    this.spec = policySpecOf(foreign);
    this.#factors = foreign.joints.map((joint) => FACTOR[joint.unit]);
    const moved = outputJoints(foreign);
    this.#places = foreign.joints.map((joint) => moved.indexOf(joint.name));
  }

  async act(history: readonly Observation[]): Promise<readonly Vector[]> {
    if (!this.#open || history.length === 0)
      throw fault('bad-input', 'The policy was asked to act without an observation', 'Load the policy again.');
    const seen = fill(history, this.spec.history);
    const { output } = this.foreign.output;
    const feeds = Object.fromEntries(this.wanted.map((feed) => [feed.input.input, this.#feed(feed, seen)]));
    const { [output]: given } = await this.session.run(feeds, [output]);
    return this.#actions(given?.data ?? new Float32Array(), seen.at(-1) as Observation);
  }

  /** Nothing is remembered between calls. */
  reset(): void {}

  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    void this.session.close();
  }

  #feed({ input, shape }: Feed, seen: readonly Observation[]): OnnxInput {
    if ('value' in input) return { data: new Float32Array(product(shape)).fill(input.value), shape };
    return {
      data: 'camera' in input ? this.#picture(input, seen.at(-1) as Observation) : this.#vector(input, seen),
      shape,
    };
  }

  #vector(input: VectorInput, seen: readonly Observation[]): Float32Array {
    const { joints, environment } = this.spec.observation;
    const measured = values(seen, 'joints', this.spec);
    // What no input asks for may be there or not.
    const told = environment.length > 0 ? values(seen, 'environment', this.spec) : [];
    const names = namesOf(this.foreign, input);
    const scale = scaled(input);
    return Float32Array.from({ length: seen.length * names.length }, (_, at) => {
      const h = Math.floor(at / names.length);
      const i = at % names.length;
      const j = joints.indexOf(names[i] as string);
      const value =
        j >= 0
          ? (measured[h * joints.length + j] as number) * (this.#factors[j] as number)
          : (told[h * environment.length + environment.indexOf(names[i] as string)] as number);
      return (value - scale.mean(i)) / scale.std(i);
    });
  }

  #picture(input: CameraInput, now: Observation): Float32Array {
    const { camera: name, width, height } = input;
    const pixels = picture(now, { name, width, height });
    const [black, span] = RANGE[input.range];
    const scale = scaled(input);
    const plane = width * height;
    const out = new Float32Array(plane * 3);
    for (let i = 0; i < out.length; i++) {
      const channel = i % 3;
      const value = black + ((pixels[i] as number) / 255) * span;
      const at = input.layout === 'NHWC' ? i : channel * plane + (i - channel) / 3;
      out[at] = (value - scale.mean(channel)) / scale.std(channel);
    }
    return out;
  }

  #actions(data: Float32Array, now: Observation): Vector[] {
    const width = outputJoints(this.foreign).length;
    const scale = scaled(this.foreign.output);
    return Array.from({ length: this.spec.chunk }, (_, k) =>
      this.#places.map((place, j) => {
        const here = now.joints[j] ?? 0;
        if (place < 0) return here;
        const value = (data[k * width + place] ?? Number.NaN) * scale.std(place) + scale.mean(place);
        const action = value / (this.#factors[j] as number);
        return this.foreign.output.actions === 'delta' ? here + action : action;
      }),
    );
  }
}

/** One number for each value, or a single one for all. */
const scaled = ({ mean, std }: { mean?: readonly number[]; std?: readonly number[] }) => ({
  mean: (i: number): number => mean?.[i] ?? mean?.[0] ?? 0,
  std: (i: number): number => std?.[i] ?? std?.[0] ?? 1,
});

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Opens a policy made elsewhere. Throws `not-found`, `corrupt` for a spec or model that cannot be read, `incompatible`
 * when the two do not fit.
 */
export async function loadForeignPolicy(folder: string): Promise<Policy> {
  const spec = await readForeignSpec(folder);
  const path = join(folder, spec.model);
  await access(path).catch((error: unknown) => {
    throw fault('not-found', `${spec.model} is missing in ${folder}`, 'Copy it there, beside its spec.', error);
  });
  // By path: large models keep their weights in files beside them.
  const session = await openOnnx(path);
  try {
    return new ForeignPolicy(spec, session, checkFit(spec, session));
  } catch (error) {
    await session.close();
    throw error;
  }
}
