import type { Emission, Emitter } from '../emission';
import type { Value } from '../graph';
import { plainLayout, without } from '../layout';
import { cast } from './arithmetic';

/** Operations that take axes away, or work along one. */

/** tfjs calls them `axis`, or `reductionIndices` for the maximum; absent means all. */
function reduced(e: Emission, rank: number): number[] {
  const name = e.attr('reductionIndices') === undefined ? 'axis' : 'reductionIndices';
  return e.attr(name) === undefined || e.attr(name) === null ? [...plainLayout(rank)] : e.axes(name, rank);
}

function reduce(e: Emission, op: string, x: Value): Value {
  const rank = x.shape.length;
  const axes = reduced(e, rank);
  if (axes.length === 0) return x;
  const keep = e.flag('keepDims');
  const stored = axes.map((axis) => x.layout.indexOf(axis)).sort((a, b) => a - b);
  const keepdims = keep ? 1 : 0;
  // ReduceSum was the first to take its axes as an input (opset 13), the others followed later (18).
  const name =
    op === 'ReduceSum'
      ? e.g.node(op, [e.g.as(x, x.layout), e.g.ints(stored)], { keepdims })
      : e.g.node(op, [e.g.as(x, x.layout)], { axes: stored, keepdims });
  const shape = x.shape.flatMap((n, axis) => (!axes.includes(axis) ? [n] : keep ? [1] : []));
  return { shape, dtype: x.dtype, layout: keep ? x.layout : without(x.layout, axes), name };
}

/** Truths are counted as 0 and 1. */
const truths = (e: Emission, op: string): Value => cast(e.g, reduce(e, op, cast(e.g, e.at('x'), 'int32')), 'bool');

/** The last axis is meant. */
function along(e: Emission, op: string, x: Value): Value {
  const axis = x.layout.indexOf(x.shape.length - 1);
  return { ...x, constant: undefined, name: e.g.node(op, [e.g.as(x, x.layout)], { axis }) };
}

function best(e: Emission, op: string): Value {
  const x = e.at('x');
  const [axis = 0] = e.axes('axis', x.shape.length);
  const name = e.g.node(op, [e.g.as(x, x.layout)], { axis: x.layout.indexOf(axis), keepdims: 0 });
  return e.result(e.g.cast(name, 'int32'), without(x.layout, [axis]));
}

export const REDUCE: Readonly<Record<string, Emitter>> = {
  All: (e) => truths(e, 'ReduceMin'),
  Any: (e) => truths(e, 'ReduceMax'),
  ArgMax: (e) => best(e, 'ArgMax'),
  ArgMin: (e) => best(e, 'ArgMin'),
  Cumsum: (e) => {
    const x = e.at('x');
    const [axis = 0] = e.axes('axis', x.shape.length);
    const flags = { exclusive: e.flag('exclusive') ? 1 : 0, reverse: e.flag('reverse') ? 1 : 0 };
    const name = e.g.node('CumSum', [e.g.as(x, x.layout), e.g.int(x.layout.indexOf(axis))], flags);
    return e.result(name, x.layout);
  },
  LogSoftmax: (e) => along(e, 'LogSoftmax', e.at('logits')),
  Max: (e) => reduce(e, 'ReduceMax', e.at('x')),
  Mean: (e) => reduce(e, 'ReduceMean', e.at('x')),
  Min: (e) => reduce(e, 'ReduceMin', e.at('x')),
  Prod: (e) => reduce(e, 'ReduceProd', e.at('x')),
  Softmax: (e) => along(e, 'Softmax', e.at('logits')),
  Sum: (e) => reduce(e, 'ReduceSum', e.at('x')),
};
