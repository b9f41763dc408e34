import type { Emission, Emitter } from '../emission';
import type { Value } from '../graph';

/** Operations that choose by index. tfjs indices are int32; where ONNX wants int64 they are widened. */

function gather(e: Emission): Value {
  const x = e.at('x');
  const indices = e.at('indices');
  const [axis = 0] = e.axes('axis', x.shape.length);
  const batch = e.number('batchDims', 0);
  if (batch === 0) return e.node('Gather', [e.g.plain(x), e.g.plain(indices)], { axis });
  if (batch !== axis) throw e.unsupported(`with batchDims ${batch} along axis ${axis}`);
  const each = e.g.ints([...indices.shape, 1]);
  const wide = e.g.node('Reshape', [e.g.cast(e.g.plain(indices), 'int64'), each]);
  return e.node('GatherND', [e.g.plain(x), wide], { batch_dims: batch });
}

export const PICK: Readonly<Record<string, Emitter>> = {
  GatherNd: (e) => e.node('GatherND', [e.g.plain(e.at('params')), e.g.cast(e.g.plain(e.at('indices')), 'int64')]),
  GatherV2: gather,
  OneHot: (e) => {
    const indices = e.g.cast(e.g.plain(e.at('indices')), 'int64');
    const values = e.g.plain(
      e.g.constant({
        shape: [2],
        dtype: 'float32',
        data: Float32Array.of(e.number('offValue', 0), e.number('onValue', 1)),
      }),
    );
    const hot = e.g.node('OneHot', [indices, e.g.int(e.number('depth')), values], { axis: -1 });
    return e.result(e.out.dtype === 'float32' ? hot : e.g.cast(hot, e.out.dtype));
  },
  /** Along the last axis, largest first: values, then indices. */
  TopK: (e) => {
    const x = e.at('x');
    const axis = x.layout.indexOf(x.shape.length - 1);
    const inputs = [e.g.as(x, x.layout), e.g.ints([e.number('k')])];
    const [values = '', indices = ''] = e.g.nodes('TopK', inputs, 2, { axis, sorted: e.flag('sorted') ? 1 : 0 });
    return [e.result(values, x.layout, 0), e.result(e.g.cast(indices, 'int32'), x.layout, 1)];
  },
};
