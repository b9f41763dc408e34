import type { TensorInfo } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import type { NativeBackend } from './native';
import { constant, type GraphNode } from './nodes';

/** The value of a tensor, now, as a constant of the graph. */
export function captured(backend: NativeBackend, tensor: TensorInfo): GraphNode {
  if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32' && tensor.dtype !== 'bool') {
    throw fault(
      'incompatible',
      `This function cannot be compiled: it holds a constant of type ${tensor.dtype}.`,
      'Use float32, int32 and bool tensors.',
    );
  }
  const values = backend.readSync(tensor.dataId);
  // A copy: the tensor's own memory may be given back.
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  const size = values.length > 0 ? bytes.length / values.length : 0;
  const dtype = backend.getDTypeInteger(tensor.dtype);
  return constant({ dtype, shape: tensor.shape, bytes: isUniform(bytes, size) ? bytes.slice(0, size) : bytes });
}

/** Whether all elements are the same. */
function isUniform(bytes: Uint8Array, size: number): boolean {
  for (let i = size; i < bytes.length; i++) if (bytes[i] !== bytes[i - size]) return false;
  return bytes.length > 0;
}
