import { toFault } from '../../core/fault';
import { saveCheckpoint } from '../checkpoint';
import type { Engine } from '../engine';
import type { Reference } from '../insight/reference';
import type { Network } from '../policies/method';
import { type PolicyFile, sha256, weightsToBytes } from '../policy-file';
import { policyToOnnx } from './export-policy';

/**
 * Saves a checkpoint and, inside it, the same policy as `policy.onnx`. A policy that cannot be written as ONNX is no
 * less a policy: resolves to what a person should know about that, null when all went well.
 */
export async function savePolicy(
  engine: Engine,
  folder: string,
  file: Omit<PolicyFile, 'weights' | 'onnx'>,
  network: Network,
  weights: Float32Array,
  reference: Reference | null = null,
): Promise<string | null> {
  const { spec, normaliser, relativeTo } = file;
  let onnx: Uint8Array | null = null;
  let notice: string | null = null;
  try {
    const parts = { spec, network, normaliser, relativeTo };
    onnx = await policyToOnnx(engine, { file, parts, weights }, sha256(weightsToBytes(weights)));
  } catch (error) {
    const { message, tip } = toFault(error);
    notice = `policy.onnx was not written: ${message}. ${tip}`;
  }
  await saveCheckpoint(folder, file, weights, onnx, reference);
  return notice;
}
