import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fault } from '../core/fault';
import { policySpecSchema } from '../core/learner-messages';
import { trainOptionsSchema } from '../core/learning';
import { practiceRecordSchema } from '../core/practice';
import { trainSettingsSchema } from '../core/train-settings';
import { normaliserSchema } from './normaliser';

/** `policy.json`: all there is to know about a policy but its weights. Version 2. */
export const POLICY_FORMAT = 'understudy-policy';
export const POLICY_VERSION = 2;
export const POLICY_FILE = 'policy.json';
export const WEIGHTS_FILE = 'weights.bin';
export const ONNX_FILE = 'policy.onnx';
export const REFERENCE_FILE = 'reference.bin';

const size = z.number().int().min(1);
const unit = z.enum(['rad', 'ratio', 'm', 'raw']);
/** JSON has no NaN: a loss that was never measured is null on disk. */
const loss = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

export const policyFileSchema = z.object({
  format: z.literal(POLICY_FORMAT),
  version: z.literal(POLICY_VERSION),
  name: z.string(),
  created: z.string(),
  spec: policySpecSchema,
  /** Of the features (proprioception, task state, one-hot task) and of the chunk × action targets. */
  normaliser: z.object({ inputs: normaliserSchema, targets: normaliserSchema }),
  /** For each action channel the proprioceptive value it is told relative to; null where it stands for itself. */
  relativeTo: z.array(z.number().int().min(0).nullable()),
  /** Units of the proprioceptive values and of the action channels; absent where nobody knows them. */
  units: z.object({ state: z.array(unit), action: z.array(unit) }).optional(),
  /** The network's own settings. */
  config: z.record(z.string(), z.unknown()),
  /** Values of task state that the network also learned to tell (its last outputs); nobody reads them. */
  hints: z.number().int().min(0).default(0),
  /** Rows a memorising method keeps. */
  memory: z.number().int().min(0).default(0),
  training: z.object({
    options: trainOptionsSchema,
    settings: trainSettingsSchema,
    /** Why `auto` chose what it chose. */
    reasons: z.array(z.string()).default([]),
    engine: z.string(),
    steps: z.number().int(),
    epochs: z.number().int(),
    seconds: z.number(),
    bestEpoch: z.number().int(),
    heldOutLoss: loss,
    cancelled: z.boolean(),
  }),
  dataset: z.object({
    folder: z.string(),
    episodes: z.object({ train: z.array(z.number().int()), heldOut: z.array(z.number().int()) }),
  }),
  curve: z.array(z.object({ epoch: z.number(), train: loss, heldOut: loss })),
  /** How it was improved by reinforcement, and from which policy; absent for one that was only trained. */
  practice: practiceRecordSchema.optional(),
  /** Float32, little-endian, in the order of the network's parameters. */
  weights: z.object({ count: size, sha256: z.string().length(64) }),
  /** `policy.onnx` beside it; absent where it could not be written. */
  onnx: z.object({ sha256: z.string().length(64) }).optional(),
  /** `reference.bin`: normalised rows it learnt from, Float32, and how far unseen ones are from them; see `Reference`. */
  reference: z
    .object({ width: size, median: z.number().positive(), p95: z.number().positive(), sha256: z.string().length(64) })
    .optional(),
});
export type PolicyFile = z.output<typeof policyFileSchema>;

const versionSchema = z.object({ format: z.literal(POLICY_FORMAT), version: z.number() });

/** Parses the text of a `policy.json`; a fault says what is wrong with it and names the folder. */
export function parsePolicyFile(text: string, folder: string): PolicyFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw corrupt(folder, `${POLICY_FILE} is not valid JSON`, error);
  }
  const version = versionSchema.safeParse(data);
  if (version.success && version.data.version !== POLICY_VERSION) {
    throw fault(
      'incompatible',
      `The policy in ${folder} has format version ${version.data.version}; this program reads version ${POLICY_VERSION}`,
      version.data.version > POLICY_VERSION ? 'Update Understudy.' : 'Train the policy again.',
    );
  }
  const parsed = policyFileSchema.safeParse(data);
  if (!parsed.success) throw corrupt(folder, `${POLICY_FILE}: ${z.prettifyError(parsed.error)}`);
  const { spec, normaliser, relativeTo } = parsed.data;
  const { joints, environment } = spec.observation;
  const fits =
    normaliser.inputs.mean.length === joints.length + environment.length + spec.tasks.length &&
    normaliser.targets.mean.length === spec.chunk * spec.action.length &&
    relativeTo.length === spec.action.length &&
    relativeTo.every((base) => base === null || base < joints.length);
  if (!fits) throw corrupt(folder, 'the normaliser does not fit the policy');
  return parsed.data;
}

export const corrupt = (folder: string, what: string, cause?: unknown) =>
  fault(
    'corrupt',
    `The policy in ${folder} cannot be trusted: ${what}`,
    'Delete it and train again, or copy it afresh.',
    cause,
  );

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Float32 little-endian bytes, whatever the machine. */
export function weightsToBytes(weights: Float32Array): Uint8Array {
  const bytes = new Uint8Array(weights.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < weights.length; i++) view.setFloat32(i * 4, weights[i] as number, true);
  return bytes;
}

export function weightsFromBytes(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
