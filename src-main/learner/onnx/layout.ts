/**
 * The order in which a tensor's axes lie in the file. Axis k as stored is axis `layout[k]` as the policy means it.
 * tfjs pictures are B × H × W × C and ONNX ones B × C × H × W; nearly all operations do not care, so axes are only
 * really moved where something does.
 */
export type Layout = readonly number[];

export const plainLayout = (rank: number): Layout => Array.from({ length: rank }, (_, i) => i);
export const isPlain = (layout: Layout): boolean => layout.every((axis, i) => axis === i);
export const sameLayout = (a: Layout, b: Layout): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);
export const reorder = (shape: readonly number[], layout: Layout): number[] =>
  layout.map((axis) => shape[axis] as number);

/** The `perm` of an ONNX Transpose that takes what lies as `from` to `to`. */
export const permBetween = (from: Layout, to: Layout): number[] => to.map((axis) => from.indexOf(axis));

/** How a tensor lies, unmoved, after its axes were renamed by `transpose(x, perm)`: axis i of the result was `perm[i]`. */
export const renamed = (layout: Layout, perm: readonly number[]): Layout => layout.map((axis) => perm.indexOf(axis));

/** How a tensor lies once some axes (of the policy's order) are gone. */
export function without(layout: Layout, axes: readonly number[]): Layout {
  const left = plainLayout(layout.length).filter((axis) => !axes.includes(axis));
  return layout.filter((axis) => !axes.includes(axis)).map((axis) => left.indexOf(axis));
}

/** Moves the data of a constant. */
export function permute<T extends Float32Array | Int32Array | Uint8Array>(
  data: T,
  shape: readonly number[],
  perm: readonly number[],
): T {
  if (isPlain(perm)) return data;
  const out = data.slice() as T;
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const to = reorder(shape, perm);
  const step = reorder(strides, perm);
  const index = to.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[from] as number;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += step[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (to[axis] as number)) break;
      from -= (step[axis] as number) * (to[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}
