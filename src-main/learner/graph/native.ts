import type { DataId, DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import type { Engine } from '../engine';

export type FeedArray = Float32Array | Int32Array | Uint8Array;

/** A TensorFlow attribute as tfjs-node hands it to the library; `type` is one of the binding's TF_ATTR_ numbers. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What tfjs-node's addon offers and we use. Dtypes are TensorFlow's own numbers (`DataType` in types.proto). */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  /** Small arrays may be shared instead of copied: leave them alone until the tensor is deleted. */
  createTensor(shape: readonly number[], dtype: number, values: FeedArray): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): FeedArray;
  /** Opens a session on the one meta graph with this tag. */
  loadSavedModel(folder: string, tag: string): number;
  deleteSavedModel(session: number): void;
  /** Names are `node:output`, comma-separated. */
  runSavedModel(
    session: number,
    feeds: readonly number[],
    feedNames: string,
    fetchNames: string,
  ): { readonly id: number; readonly shape: number[]; readonly dtype: number }[];
}

/** The tfjs-node backend: every kernel of it ends in one of the two `execute` methods. */
export interface NativeBackend {
  readonly binding: Binding;
  executeSingleOutput(op: string, attributes: NativeAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(op: string, attributes: NativeAttribute[], inputs: TensorInfo[], count: number): Tensor[];
  readSync(dataId: DataId): FeedArray;
  getDTypeInteger(dtype: DataType): number;
}

/** Throws a `no-engine` fault when this engine is another one. */
export function nativeBackend(engine: Engine): NativeBackend {
  const backend: object = engine.tf.backend();
  if (isNative(backend)) return backend;
  throw fault(
    'no-engine',
    'Only the native engine can run a compiled graph.',
    'Nothing to do: training goes on uncompiled.',
  );
}

function isNative(backend: object): backend is NativeBackend {
  return (
    'binding' in backend &&
    typeof backend.binding === 'object' &&
    backend.binding !== null &&
    'runSavedModel' in backend.binding &&
    'executeSingleOutput' in backend &&
    'executeMultipleOutputs' in backend &&
    'getDTypeInteger' in backend
  );
}
