import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fault } from '../../core/fault';
import type { PolicySpec } from '../../core/policy';

/**
 * `policy-spec.json`: how to drive the robot with an ONNX file that another program wrote. Documented for people in
 * docs/policies.md; keep the two alike.
 */
export const FOREIGN_FILE = 'policy-spec.json';
export const FOREIGN_FORMAT = 'understudy-policy-spec';

const size = z.number().int().min(1);
const name = z.string().min(1).max(200);
const numbers = z.array(z.number());
const scaling = {
  /** The model was trained on (value − mean) / std; one number for each value, or a single one for all. */
  mean: numbers.optional(),
  std: z.array(z.number().refine((value) => value !== 0, 'must not be 0')).optional(),
};

const vectorInput = z.object({
  input: name,
  /** `state`: all joints; `environment`: all task state; or names of joints and task state, in the model's order. */
  from: z.union([z.literal('state'), z.literal('environment'), z.array(name).min(1)]),
  ...scaling,
});
const cameraInput = z.object({
  input: name,
  camera: name,
  width: size.max(4096),
  height: size.max(4096),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  /** What black and white are: 0 and 1, or 0 and 255, or −1 and 1. `mean` and `std` come after, per channel. */
  range: z.enum(['0..1', '0..255', '-1..1']).default('0..1'),
  ...scaling,
});
/** Whatever else the model wants, such as noise or a mask: always this number. */
const constantInput = z.object({ input: name, value: z.number() });

export const foreignSpecSchema = z
  .object({
    format: z.literal(FOREIGN_FORMAT),
    version: z.literal(1),
    name,
    /** The ONNX file, beside the spec. */
    model: z.string().regex(/^[^/\\]+\.onnx$/, 'must be the name of an .onnx file in the same folder'),
    robot: z.string().default(''),
    task: z.string().default(''),
    /** The robot's joints in the robot's order, each with the unit in which the model speaks of it. */
    joints: z.array(z.object({ name, unit: z.enum(['rad', 'deg', 'ratio', 'percent', 'm', 'raw']) })).min(1),
    /** The values of task state which a simulated robot tells, in its order. */
    environment: z.array(name).default([]),
    inputs: z.array(z.union([vectorInput, cameraInput, constantInput])).min(1),
    output: z.object({
      output: name,
      /** Joints in the model's order; a joint that is not among them stays where it is. */
      joints: z.array(name).min(1).optional(),
      /** Whether actions are positions, or distances from where the joints are now. */
      actions: z.enum(['absolute', 'delta']).default('absolute'),
      ...scaling,
    }),
    history: size.max(256).default(1),
    /** Actions per call. */
    chunk: size.max(1000).default(1),
    /** How many of them are carried out before the model is asked again. */
    execute: size.max(1000).optional(),
    /** Actions per second. */
    rate: z.number().positive().max(1000),
  })
  .superRefine((spec, context) => {
    for (const problem of problems(spec)) context.addIssue({ code: 'custom', message: problem });
  });
export type ForeignSpec = z.output<typeof foreignSpecSchema>;
export type VectorInput = z.output<typeof vectorInput>;
export type CameraInput = z.output<typeof cameraInput>;

/** Names of one vector input, in order. */
export const namesOf = (spec: Pick<ForeignSpec, 'joints' | 'environment'>, { from }: VectorInput): readonly string[] =>
  from === 'state' ? spec.joints.map((joint) => joint.name) : from === 'environment' ? spec.environment : from;

export const outputJoints = (spec: Pick<ForeignSpec, 'joints' | 'output'>): readonly string[] =>
  spec.output.joints ?? spec.joints.map((joint) => joint.name);

function* problems(spec: ForeignSpec): Generator<string> {
  const joints = spec.joints.map((joint) => joint.name);
  const known = new Set([...joints, ...spec.environment]);
  if (known.size < joints.length + spec.environment.length) yield 'a joint or value of task state is named twice';
  const fits = (list: readonly number[] | undefined, width: number): boolean =>
    !list || [1, width].includes(list.length);
  for (const input of spec.inputs) {
    if ('value' in input) continue;
    const width = 'camera' in input ? 3 : namesOf(spec, input).length;
    if (width === 0) yield `input ${input.input} has no values: the spec lists no environment`;
    if ('from' in input) {
      for (const one of namesOf(spec, input)) if (!known.has(one)) yield `input ${input.input}: nobody knows ${one}`;
    }
    if (!fits(input.mean, width) || !fits(input.std, width))
      yield `input ${input.input}: mean and std need ${width} numbers`;
  }
  const names = spec.inputs.map((input) => input.input);
  if (new Set(names).size < names.length) yield 'an input is fed twice';
  const cameras = spec.inputs.flatMap((input) => ('camera' in input ? [input.camera] : []));
  if (new Set(cameras).size < cameras.length) yield 'a camera is used twice';
  const moved = outputJoints(spec);
  for (const joint of moved) if (!joints.includes(joint)) yield `output: the robot has no joint ${joint}`;
  const { mean, std } = spec.output;
  if (!fits(mean, moved.length) || !fits(std, moved.length)) yield `output: mean and std need ${moved.length} numbers`;
  if ((spec.execute ?? 1) > spec.chunk) yield 'execute is more than chunk';
}

/** The same facts as the rest of the app knows policies by. */
export function policySpecOf(spec: ForeignSpec): PolicySpec {
  const used = spec.inputs.some(
    (input) => 'from' in input && namesOf(spec, input).some((one) => spec.environment.includes(one)),
  );
  const joints = spec.joints.map((joint) => joint.name);
  return {
    kind: 'onnx',
    robot: spec.robot,
    task: spec.task,
    tasks: [],
    observation: {
      joints,
      environment: used ? spec.environment : [],
      cameras: spec.inputs.flatMap((input) =>
        'camera' in input ? [{ name: input.camera, width: input.width, height: input.height }] : [],
      ),
    },
    action: joints,
    history: spec.history,
    chunk: spec.chunk,
    execute: spec.execute ?? Math.max(1, Math.ceil(spec.chunk / 2)),
    rate: spec.rate,
  };
}

/** Parses a spec file's text; a fault says what is wrong with it. `where` names the file. */
export function parseForeignSpec(text: string, where: string): ForeignSpec {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw fault('corrupt', `${where} is not valid JSON`, 'Correct it; docs/policies.md shows one.', error);
  }
  const parsed = foreignSpecSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw fault(
    'corrupt',
    `${where}: ${z.prettifyError(parsed.error)}`,
    'Correct it; docs/policies.md says what belongs there.',
  );
}

/** Throws `not-found` when the folder has no spec, `corrupt` when it cannot be used. */
export async function readForeignSpec(folder: string): Promise<ForeignSpec> {
  const path = join(folder, FOREIGN_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fault(
      'not-found',
      `There is no ${FOREIGN_FILE} in ${folder}`,
      'docs/policies.md says how to write one.',
      error,
    );
  });
  return parseForeignSpec(text, path);
}
