import type { Attribute, GraphBuilder, Value } from '../graph';
import { isPlain, type Layout, plainLayout } from '../layout';
import type { Dtype } from '../trace';

/** Elementwise nodes, written in whatever layout their operands lie. */

const size = (value: Value): number => value.shape.reduce((a, b) => a * b, 1);

export function unary(
  g: GraphBuilder,
  op: string,
  x: Value,
  attributes: Readonly<Record<string, Attribute>> = {},
  dtype: Dtype = x.dtype,
): Value {
  return { shape: x.shape, dtype, layout: x.layout, name: g.node(op, [g.as(x, x.layout)], attributes) };
}

/** Broadcasts as tfjs and ONNX both do: from the last axis on. */
export function broadcast(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) =>
    shapes.reduce((most, shape) => Math.max(most, shape[i - rank + shape.length] ?? 1), 1),
  );
}

/** The layout that costs the fewest moves: that of the largest operand which is computed. */
function leading(values: readonly Value[], rank: number): Layout {
  const full = values.filter((value) => value.shape.length === rank && !value.constant);
  const [first, ...rest] = full;
  return first ? rest.reduce((most, one) => (size(one) > size(most) ? one : most), first).layout : plainLayout(rank);
}

/** An operand of fewer axes gets ones in front, where the others do not lie in the plain order. */
function lifted(g: GraphBuilder, value: Value, rank: number): Value {
  const shape = [...Array.from({ length: rank - value.shape.length }, () => 1), ...value.shape];
  if (value.constant) return g.constant({ ...value.constant, shape });
  return {
    shape,
    dtype: value.dtype,
    layout: plainLayout(rank),
    name: g.node('Reshape', [g.plain(value), g.ints(shape)]),
  };
}

export function elementwise(g: GraphBuilder, op: string, values: readonly Value[], dtype: Dtype): Value {
  const shape = broadcast(...values.map((value) => value.shape));
  const layout = leading(values, shape.length);
  const names = values.map((value) => {
    if (value.shape.length === shape.length) return g.as(value, layout);
    return isPlain(layout) || size(value) === 1 ? g.plain(value) : g.as(lifted(g, value, shape.length), layout);
  });
  return { shape, dtype, layout, name: g.node(op, names) };
}

export const binary = (g: GraphBuilder, op: string, a: Value, b: Value, dtype: Dtype = a.dtype): Value =>
  elementwise(g, op, [a, b], dtype);

export const cast = (g: GraphBuilder, x: Value, dtype: Dtype): Value =>
  x.dtype === dtype ? x : { ...x, constant: undefined, dtype, name: g.cast(g.as(x, x.layout), dtype) };
