import { z } from 'zod';
import { fault } from '../../core/fault';
import { decodeModel } from './schema';

/** What `policy.onnx` says about itself, as JSON under this key of its metadata. */
export const METADATA_KEY = 'understudy';
export const METADATA_FORMAT = 'understudy-onnx-policy';
export const METADATA_VERSION = 1;

const size = z.number().int().min(1);
const unit = z.enum(['degrees', 'percent', 'metres', 'as recorded']);
const channel = z.object({
  /** As the dataset calls it, such as `shoulder_pan.pos`. */
  name: z.string(),
  unit,
});

export const policyMetadataSchema = z.object({
  format: z.literal(METADATA_FORMAT),
  version: z.literal(METADATA_VERSION),
  name: z.string(),
  kind: z.string(),
  robot: z.string(),
  task: z.string(),
  /** The order of the one-hot input `task`; empty when there is no such input. */
  tasks: z.array(z.string()),
  /** The values of `observation.state`. */
  state: z.array(channel),
  /** The values of `observation.environment_state`; empty when there is no such input. */
  environment: z.array(z.string()),
  cameras: z.array(z.object({ name: z.string(), width: size, height: size })),
  /** The last axis of `action`. */
  action: z.array(channel),
  history: size,
  chunk: size,
  execute: size,
  /** Actions per second. */
  fps: z.number().positive(),
  /** SHA-256 of the weights it was made of. */
  weights: z.string(),
});
export type PolicyMetadata = z.output<typeof policyMetadataSchema>;

const modelSchema = z.object({ metadataProps: z.array(z.object({ key: z.string(), value: z.string() })) });

/** What one of our files says about itself. Throws `incompatible` for a file that another program wrote. */
export function readMetadata(bytes: Uint8Array): PolicyMetadata {
  try {
    const { metadataProps } = modelSchema.parse(decodeModel(bytes));
    const text = metadataProps.find(({ key }) => key === METADATA_KEY)?.value ?? '';
    return policyMetadataSchema.parse(JSON.parse(text));
  } catch (error) {
    throw fault(
      'incompatible',
      'This ONNX file was not written by this version of Understudy',
      'Put a policy-spec.json beside it to use it (docs/policies.md), or export the policy again.',
      error,
    );
  }
}
