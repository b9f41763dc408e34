import type { Emission, Emitter } from '../emission';
import type { Value } from '../graph';
import { isPlain, plainLayout, renamed, reorder } from '../layout';

/** Operations that move numbers about without changing them. Written in the layout their operand lies in. */

const raw = (e: Emission, x: Value): string => e.g.as(x, x.layout);
const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

function reshape(e: Emission, x: Value, to: readonly number[]): Value {
  if (same(x.shape, to)) return x;
  return {
    shape: to,
    dtype: x.dtype,
    layout: plainLayout(to.length),
    name: e.g.node('Reshape', [e.g.plain(x), e.g.ints(to)]),
  };
}

/** Part of `x`; all lists in the order of its axes. `end` is exclusive. */
function cut(e: Emission, x: Value, begin: readonly number[], end: readonly number[], step: readonly number[]): Value {
  const touched = x.layout.flatMap((axis, k) => (whole(axis) ? [] : [{ axis, k }]));
  if (touched.length === 0) return x;
  const ints = (pick: (axis: number) => number): string => e.g.ints(touched.map(({ axis }) => pick(axis)));
  const steps = touched.every(({ axis }) => step[axis] === 1) ? [] : [ints((axis) => step[axis] as number)];
  const lists = [ints((axis) => begin[axis] as number), ints((axis) => end[axis] as number)];
  const name = e.g.node('Slice', [raw(e, x), ...lists, e.g.ints(touched.map(({ k }) => k)), ...steps]);
  const shape = x.shape.map((_, i) =>
    Math.max(0, Math.ceil(((end[i] as number) - (begin[i] as number)) / (step[i] as number))),
  );
  return { ...x, shape, name, constant: undefined };

  function whole(axis: number): boolean {
    return begin[axis] === 0 && end[axis] === x.shape[axis] && step[axis] === 1;
  }
}

/** All the way to the front: −1 would mean the last one. */
const BEFORE_FIRST = -(2 ** 31);

function reverse(e: Emission, x: Value, axes: readonly number[]): Value {
  const stored = axes.map((axis) => x.layout.indexOf(axis));
  if (stored.length === 0) return x;
  const lists = [stored.map(() => -1), stored.map(() => BEFORE_FIRST), stored, stored.map(() => -1)];
  return { ...x, constant: undefined, name: e.g.node('Slice', [raw(e, x), ...lists.map((list) => e.g.ints(list))]) };
}

function concat(e: Emission, values: readonly Value[], axis: number): Value {
  const lead =
    values.find((value) => !value.constant && !isPlain(value.layout)) ?? values.find((value) => !value.constant);
  const layout = lead?.layout ?? plainLayout(e.out.shape.length);
  // Nothing comes of nothing, and the runtime dislikes empty tensors.
  const full = values.filter((value) => !value.shape.includes(0));
  const names = full.map((value) => e.g.as(value, layout));
  return e.result(e.g.node('Concat', names, { axis: layout.indexOf(axis) }), layout);
}

/** Cut along `axis` into the shapes of the call's outputs, as they lie. */
function split(e: Emission, x: Value, axis: number, sizes: readonly number[]): Value[] {
  const shapes = sizes.map((n) => x.shape.map((full, i) => (i === axis ? n : full)));
  const lengths = [raw(e, x), e.g.ints(sizes)];
  const names = e.g.nodes('Split', lengths, sizes.length, { axis: x.layout.indexOf(axis) });
  return names.map((name, i) => ({ ...x, constant: undefined, shape: shapes[i] as number[], name }));
}

function pad(e: Emission, mode: 'constant' | 'reflect', value: string[]): Value {
  const x = e.at('x');
  const pairs = e.pairs('paddings');
  const stored = x.layout.map((axis): [number, number] => pairs[axis] ?? [0, 0]);
  const pads = e.g.ints([...stored.map(([before]) => before), ...stored.map(([, after]) => after)]);
  return e.result(e.g.node('Pad', [raw(e, x), pads, ...value], { mode }), x.layout);
}

function stridedSlice(e: Emission): Value {
  const x = e.at('x');
  if (['ellipsisMask', 'newAxisMask'].some((mask) => e.number(mask, 0) !== 0))
    throw e.unsupported('with new axes or an ellipsis');
  const lists = ['begin', 'end', 'strides'].map((name) => e.numbers(name));
  const [given, wanted, strides] = lists as [number[], number[], number[]];
  const masked = (name: string, axis: number): boolean => (e.number(name, 0) & (1 << axis)) !== 0;
  if (strides.some((step) => step < 1)) throw e.unsupported('with a step backwards');
  const bounded = (value: number, size: number): number =>
    Math.max(0, Math.min(size, value < 0 ? value + size : value));
  const begin = x.shape.map((size, i) =>
    i >= given.length || masked('beginMask', i) ? 0 : bounded(given[i] as number, size),
  );
  const end = x.shape.map((size, i) => {
    if (i < given.length && masked('shrinkAxisMask', i)) return (begin[i] as number) + 1;
    return i >= wanted.length || masked('endMask', i) ? size : bounded(wanted[i] as number, size);
  });
  const part = cut(
    e,
    x,
    begin,
    end,
    x.shape.map((_, i) => strides[i] ?? 1),
  );
  return reshape(e, part, e.out.shape);
}

export const SHAPE: Readonly<Record<string, Emitter>> = {
  BroadcastTo: (e) => e.node('Expand', [e.g.plain(e.at('x')), e.g.ints(e.out.shape)]),
  Concat: (e) => {
    const axis = e.number('axis');
    return concat(e, e.list(), axis < 0 ? axis + e.out.shape.length : axis);
  },
  ExpandDims: (e) => reshape(e, e.at('input'), e.out.shape),
  MirrorPad: (e) => {
    if (e.attr('mode') !== 'reflect') throw e.unsupported(`with mode ${String(e.attr('mode'))}`);
    return pad(e, 'reflect', []);
  },
  Pack: (e) => {
    const rank = e.out.shape.length;
    const [axis = 0] = e.axes('axis', rank);
    const parts = e
      .list()
      .map((value) => reshape(e, value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]));
    return concat(e, parts, axis);
  },
  PadV2: (e) => pad(e, 'constant', [e.g.plain(e.g.scalar(e.number('constantValue', 0), e.at('x').dtype))]),
  Reshape: (e) => reshape(e, e.at('x'), e.out.shape),
  Reverse: (e) => reverse(e, e.at('x'), e.axes('dims', e.out.shape.length)),
  Slice: (e) => {
    const x = e.at('x');
    const given = e.numbers('begin');
    const begin = x.shape.map((_, i) => given[i] ?? 0);
    const end = begin.map((from, i) => from + (e.out.shape[i] as number));
    return cut(
      e,
      x,
      begin,
      end,
      begin.map(() => 1),
    );
  },
  SplitV: (e) => {
    const x = e.at('x');
    const [axis = 0] = e.axes('axis', x.shape.length);
    return split(
      e,
      x,
      axis,
      e.outputs.map((out) => out.shape[axis] as number),
    );
  },
  StridedSlice: stridedSlice,
  Tile: (e) => {
    const x = e.at('x');
    return e.result(e.g.node('Tile', [raw(e, x), e.g.ints(reorder(e.numbers('reps'), x.layout))]), x.layout);
  },
  /** Moves nothing: it gives the axes of what lies there other names. */
  Transpose: (e) => {
    const x = e.at('x');
    return { ...x, shape: e.out.shape, layout: renamed(x.layout, e.numbers('perm')) };
  },
  Unpack: (e) => {
    const x = e.at('value');
    const [axis = 0] = e.axes('axis', x.shape.length);
    const parts = split(
      e,
      x,
      axis,
      e.outputs.map(() => 1),
    );
    return parts.map((part, i) => reshape(e, part, e.outputs[i]?.shape ?? []));
  },
};
