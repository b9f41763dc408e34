import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import type { Tf } from '../engine';
import { attributesOf } from './attributes';
import { captured } from './constants';
import type { NativeAttribute, NativeBackend } from './native';
import { type Edge, edge, makeNode } from './nodes';

/** Kernels that look at values only to refuse bad ones. */
const LOOKS_ONLY = new Set(['GatherV2']);
/** Operations whose result does not depend on the values they are given, only on the shape. */
const SHAPE_ONLY = new Set(['ZerosLike', 'OnesLike', 'Shape']);

/**
 * Runs `work` once and notes every TensorFlow operation that its tensors go through, starting at `inputs`: each tensor is
 * known by its data id, and all kernels of tfjs-node end in two methods of the backend, which are listened in on meanwhile.
 * What depends on no input is not noted: its value becomes a constant when something noted uses it.
 *
 * Throws a `incompatible` fault when the function reads values of a tensor, since the graph could not.
 * @returns where each tensor that comes back is found in the graph; a constant where it depends on no input
 */
export function trace(
  tf: Tf,
  backend: NativeBackend,
  inputs: ReadonlyMap<Tensor, Edge>,
  work: () => readonly Tensor[],
): Edge[] {
  const known = new Map<DataId, Edge>([...inputs].map(([tensor, from]) => [tensor.dataId, from]));
  const find = (tensor: TensorInfo): Edge => {
    const there = known.get(tensor.dataId);
    if (there) return there;
    const made = edge(captured(backend, tensor));
    known.set(tensor.dataId, made);
    return made;
  };
  /** Data ids that depend on an input. */
  const live = new Set<DataId>(known.keys());
  const note = (
    op: string,
    attributes: readonly NativeAttribute[],
    from: readonly TensorInfo[],
    to: readonly Tensor[],
  ) => {
    if (SHAPE_ONLY.has(op) || !from.some((tensor) => live.has(tensor.dataId))) return;
    const outputs = to.map((tensor) => ({ dtype: backend.getDTypeInteger(tensor.dtype), shape: tensor.shape }));
    const node = makeNode(op, from.map(find), attributesOf(backend, op, attributes, from), outputs);
    for (const [i, tensor] of to.entries()) {
      known.set(tensor.dataId, edge(node, i));
      live.add(tensor.dataId);
    }
  };
  return listen(tf, backend, live, note, work).map(find);
}

type Note = (
  op: string,
  attributes: readonly NativeAttribute[],
  from: readonly TensorInfo[],
  to: readonly Tensor[],
) => void;

/** Puts the listeners into this one backend object, runs `work`, and takes them out again. */
function listen<T>(tf: Tf, backend: NativeBackend, live: ReadonlySet<DataId>, note: Note, work: () => T): T {
  const engine = tf.engine();
  const { runKernel } = engine;
  const { executeSingleOutput, executeMultipleOutputs, readSync } = backend;
  let kernel = '';
  const listeners: Pick<NativeBackend, 'executeSingleOutput' | 'executeMultipleOutputs' | 'readSync'> = {
    executeSingleOutput(op, attributes, inputs) {
      const output = executeSingleOutput.call(backend, op, attributes, inputs);
      note(op, attributes, inputs, [output]);
      return output;
    },
    executeMultipleOutputs(op, attributes, inputs, count) {
      const outputs = executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      note(op, attributes, inputs, outputs);
      return outputs;
    },
    readSync(dataId) {
      if (live.has(dataId) && !LOOKS_ONLY.has(kernel)) throw readsValues(kernel);
      return readSync.call(backend, dataId);
    },
  };
  const own = Object.keys(listeners).filter((name) => Object.hasOwn(backend, name));
  if (own.length > 0) throw fault('busy', 'A graph is being traced already.', 'Trace one function at a time.');
  Object.assign(backend, listeners);
  const follow: typeof runKernel = (name, ...rest) => {
    const outer = kernel;
    kernel = name;
    try {
      return runKernel.call(engine, name, ...rest) as never;
    } finally {
      kernel = outer;
    }
  };
  Object.assign(engine, { runKernel: follow });
  try {
    return work();
  } finally {
    for (const name of Object.keys(listeners)) Reflect.deleteProperty(backend, name);
    Reflect.deleteProperty(engine, 'runKernel');
  }
}

const readsValues = (kernel: string) =>
  fault(
    'incompatible',
    `This function cannot be compiled: ${kernel ? `the operation ${kernel}` : 'it'} reads the values of a tensor while it runs.`,
    'Compute with tensors only; what changes from step to step must be an input.',
  );
