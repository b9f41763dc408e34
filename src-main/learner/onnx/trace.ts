import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import type { Engine } from '../engine';

/** What a tensor may hold in an exported graph. */
export type Dtype = 'float32' | 'int32' | 'bool';
export type Data = Float32Array | Int32Array | Uint8Array;

/** A tensor that depends on the inputs, by the number that tfjs gave it. */
export interface Computed {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}
/** A tensor that is the same whatever the inputs are: weights, tables, numbers, and what is computed from these alone. */
export interface Constant {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly data: Data;
}
export type Operand = Computed | Constant;
export const isConstant = (operand: Operand): operand is Constant => 'data' in operand;

/** One kernel call. Where a kernel takes a list of tensors, the names are `0`, `1`, … */
export interface Call {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Operand>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly Computed[];
}

export interface Trace {
  readonly inputs: readonly (Computed & { readonly name: string })[];
  /** Only what leads to an output, in the order it was called. */
  readonly calls: readonly Call[];
  readonly outputs: readonly { readonly name: string; readonly value: Operand }[];
}

export interface InputSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}
export type TensorFunction = (inputs: Record<string, Tensor>) => Record<string, Tensor>;

/** Their results have the shape of their input but not its values. */
const FORGETFUL = new Set(['ZerosLike', 'OnesLike']);

/**
 * Runs a pure tfjs function once and writes down which kernels it called with what. All ops go through
 * `engine().runKernel` on every backend; kernels that a kernel itself calls are its own business and are left out.
 * What does not depend on the inputs is computed here and now. Throws what `fn` throws.
 */
export function trace(engine: Engine, fn: TensorFunction, inputs: readonly InputSpec[]): Trace {
  const { tf } = engine;
  const known = new Map<number, Computed>();
  const constants = new Map<number, Constant>();
  const calls: Call[] = [];

  const operand = (tensor: Tensor): Operand => {
    const computed = known.get(tensor.id);
    if (computed) return computed;
    const constant = constants.get(tensor.id) ?? readConstant(tensor);
    constants.set(tensor.id, constant);
    return constant;
  };

  const record = (kernel: string, given: NamedTensorMap, attrs: NamedAttrMap | undefined, results: Tensor[]): void => {
    const tensors = Object.entries(given).filter(([, tensor]) => tensor instanceof tf.Tensor);
    if (FORGETFUL.has(kernel) || !tensors.some(([, tensor]) => known.has(tensor.id))) return;
    const outputs = results.map((tensor) => ({ id: tensor.id, shape: [...tensor.shape], dtype: dtypeOf(tensor) }));
    // A kernel that hands its input back did nothing.
    if (outputs.every(({ id }) => known.has(id))) return;
    const read = Object.fromEntries(tensors.map(([name, tensor]) => [name, operand(tensor)]));
    calls.push({ kernel, inputs: read, attrs: { ...attrs }, outputs });
    for (const output of outputs) known.set(output.id, output);
  };

  let traced: Trace | null = null;
  tf.tidy(() => {
    const examples = inputs.map(({ name, shape, dtype }) => [name, tf.zeros([...shape], dtype)] as const);
    const named = examples.map(([name, tensor]) => {
      const computed = { id: tensor.id, shape: [...tensor.shape], dtype: dtypeOf(tensor) };
      known.set(tensor.id, computed);
      return { ...computed, name };
    });
    const results = listening(engine, record, () => fn(Object.fromEntries(examples)));
    const outputs = Object.entries(results).map(([name, tensor]) => ({ name, value: operand(tensor) }));
    traced = { inputs: named, calls: prune(calls, outputs), outputs };
  });
  return traced ?? { inputs: [], calls: [], outputs: [] };
}

function listening<T>(
  engine: Engine,
  heard: (kernel: string, inputs: NamedTensorMap, attrs: NamedAttrMap | undefined, outputs: Tensor[]) => void,
  work: () => T,
): T {
  const runtime = engine.tf.engine();
  const run = runtime.runKernel.bind(runtime);
  const before = Object.getOwnPropertyDescriptor(runtime, 'runKernel');
  let depth = 0;
  runtime.runKernel = <R extends Tensor | Tensor[]>(
    kernel: string,
    inputs: NamedTensorMap,
    attrs?: NamedAttrMap,
  ): R => {
    depth++;
    let result: R;
    try {
      result = run<R>(kernel, inputs, attrs);
    } finally {
      depth--;
    }
    if (depth === 0) heard(kernel, inputs, attrs, Array.isArray(result) ? result : [result]);
    return result;
  };
  try {
    return work();
  } finally {
    // The method of the class again, not a bound copy of it; unless somebody else listens, too.
    if (before) Object.defineProperty(runtime, 'runKernel', before);
    else Reflect.deleteProperty(runtime, 'runKernel');
  }
}

function prune(calls: readonly Call[], outputs: Trace['outputs']): Call[] {
  const wanted = new Set(outputs.flatMap(({ value }) => (isConstant(value) ? [] : [value.id])));
  const kept: Call[] = [];
  for (const call of [...calls].reverse()) {
    if (!call.outputs.some(({ id }) => wanted.has(id))) continue;
    kept.push(call);
    for (const input of Object.values(call.inputs)) if (!isConstant(input)) wanted.add(input.id);
  }
  return kept.reverse();
}

function readConstant(tensor: Tensor): Constant {
  const dtype = dtypeOf(tensor);
  const values = tensor.dataSync();
  const data =
    dtype === 'float32'
      ? Float32Array.from(values)
      : dtype === 'int32'
        ? Int32Array.from(values)
        : Uint8Array.from(values);
  return { shape: [...tensor.shape], dtype, data };
}

function dtypeOf(tensor: Tensor): Dtype {
  const { dtype } = tensor;
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw fault(
    'incompatible',
    `A tensor of ${dtype} cannot be exported to ONNX`,
    'This is a defect of the policy: use float32, int32 or bool.',
  );
}
