import { type Edge, FLOAT, type GraphNode, INT32, specOf } from './nodes';

/** The number that all elements of a constant are; null when they differ or it is none. */
export function constantOf(from: Edge | undefined): number | null {
  const value = from?.node.attributes.value;
  if (from?.node.op !== 'Const' || value?.kind !== 'tensor' || value.value.bytes.length !== 4) return null;
  const { bytes, dtype } = value.value;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4);
  return dtype === FLOAT ? view.getFloat32(0, true) : dtype === INT32 ? view.getInt32(0, true) : null;
}

export function sameShape(from: Edge | undefined, shape: readonly number[] | undefined): boolean {
  return from !== undefined && shape !== undefined && String(specOf(from).shape) === String(shape);
}

/** Whether a reduction leaves just the last axis of two or more. */
export function sumsToLastAxis({ inputs, outputs }: GraphNode): boolean {
  const [x, axes] = inputs;
  if (!x || axes?.node.op !== 'Const') return false;
  const { shape } = specOf(x);
  const value = axes.node.attributes.value;
  if (shape.length < 2 || value?.kind !== 'tensor' || outputs[0]?.shape.length !== 1) return false;
  const { bytes } = value.value;
  const list = [...new Int32Array(bytes.slice().buffer)].map((axis) => (axis < 0 ? axis + shape.length : axis));
  return list.length === shape.length - 1 && !list.includes(shape.length - 1);
}

/** The inputs of a two-sided operation of that name. */
export function sides(from: Edge | undefined, ...ops: readonly string[]): readonly [Edge, Edge] | null {
  const [a, b] = from?.node.inputs ?? [];
  return from && ops.includes(from.node.op) && a && b ? [a, b] : null;
}

export const same = (a: Edge | undefined, b: Edge | undefined): boolean =>
  a !== undefined && b !== undefined && a.node === b.node && a.output === b.output;
