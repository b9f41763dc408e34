import type { Policy } from '../../core/policy';
import type { Checkpoint } from '../checkpoint';
import type { Engine } from '../engine';
import { NetworkPolicy } from '../network-policy';
import { policyToOnnx } from '../onnx/export-policy';
import { OnnxPolicy } from '../onnx/onnx-policy';
import { openOnnx } from '../onnx/session';

/**
 * A policy with these weights, to be asked thousands of times: by onnxruntime, which answers a small network some ten
 * times faster than tfjs does kernel by kernel; by the learning engine where that cannot be had.
 */
export async function openPlayer(engine: Engine, { file, parts }: Checkpoint, weights: Float32Array): Promise<Policy> {
  try {
    const model = await policyToOnnx(engine, { file, parts, weights }, '');
    return new OnnxPolicy(file, await openOnnx(model));
  } catch {
    return new NetworkPolicy(engine, parts, weights);
  }
}
