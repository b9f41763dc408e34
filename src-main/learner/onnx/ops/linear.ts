import type { Emission, Emitter } from '../emission';
import type { Value } from '../graph';
import { plainLayout } from '../layout';
import { binary } from './arithmetic';
import { activation } from './elementwise';
import { attributesOf, CHANNELS_FIRST, pair, picture, windowOf } from './window';

/** Products of matrices and convolutions. */

/** The last two axes exchanged. */
function turned(rank: number): number[] {
  const layout = plainLayout(rank);
  return [...layout.slice(0, -2), rank - 1, rank - 2];
}

/** `a` may be transposed by renaming its axes; `as` then moves it only if it does not lie so already. */
function matMul(e: Emission): Value {
  const operand = (name: string, transpose: boolean): string => {
    const value = e.at(name);
    return e.g.as(value, transpose ? turned(value.shape.length) : plainLayout(value.shape.length));
  };
  const a = operand('a', e.flag('transposeA'));
  const b = operand('b', e.flag('transposeB'));
  return e.node('MatMul', [a, b]);
}

/** tfjs filters are h × w × in × out, ONNX ones out × in × h × w. */
const FILTER = [3, 2, 0, 1];

function conv(e: Emission): Value {
  const x = e.at('x');
  const filter = e.at('filter');
  const [height = 1, width = 1] = filter.shape;
  const window = windowOf(e, x.shape, e.out.shape, [height, width]);
  const names = [e.g.as(x, CHANNELS_FIRST), e.g.as(filter, FILTER)];
  return picture(e, e.g.node('Conv', names, { ...attributesOf(window), kernel_shape: [height, width] }));
}

/** One filter of h × w × 1 for each of `multiplier` results of each channel: ONNX calls it a convolution in groups. */
function depthwise(e: Emission): Value {
  const x = e.at('x');
  const filter = e.at('filter');
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filter.shape;
  const window = windowOf(e, x.shape, e.out.shape, [height, width]);
  const grouped = e.g.ints([channels * multiplier, 1, height, width]);
  const weights = e.g.node('Reshape', [e.g.as(filter, [2, 3, 0, 1]), grouped]);
  const attributes = { ...attributesOf(window), kernel_shape: [height, width], group: channels };
  return picture(e, e.g.node('Conv', [e.g.as(x, CHANNELS_FIRST), weights], attributes));
}

/** A convolution's gradient with respect to its input is what networks call a transposed convolution. */
function convTranspose(e: Emission): Value {
  const dy = e.at('dy');
  const filter = e.at('filter');
  const [height = 1, width = 1] = filter.shape;
  const window = windowOf(e, e.out.shape, dy.shape, [height, width]);
  const side = (axis: 0 | 1, kernel: number): number => {
    const [size, small] = [e.out.shape[axis + 1] as number, dy.shape[axis + 1] as number];
    const covered = window.strides[axis] * (small - 1) + (kernel - 1) * window.dilations[axis] + 1;
    return size - covered + (window.pads[axis] as number) + (window.pads[axis + 2] as number);
  };
  const output_padding = [side(0, height), side(1, width)];
  const names = [e.g.as(dy, CHANNELS_FIRST), e.g.as(filter, FILTER)];
  const attributes = { ...attributesOf(window), kernel_shape: [height, width], output_padding };
  return picture(e, e.g.node('ConvTranspose', names, attributes));
}

const fused =
  (base: (e: Emission) => Value): Emitter =>
  (e) => {
    const bias = e.optional('bias');
    const product = base(e);
    return activation(e, bias ? binary(e.g, 'Add', product, bias) : product);
  };

function pool(e: Emission, op: string): Value {
  const x = e.at('x');
  const size = pair(e, 'filterSize');
  const { strides, pads } = windowOf(e, x.shape, e.out.shape, size);
  return picture(e, e.g.node(op, [e.g.as(x, CHANNELS_FIRST)], { strides, pads, kernel_shape: size }));
}

function resize(e: Emission, mode: 'linear' | 'nearest'): Value {
  const x = e.at('images');
  const [batch = 1, height = 1, width = 1, channels = 1] = e.out.shape;
  const corners = e.flag('alignCorners');
  const centres = e.flag('halfPixelCenters');
  const coordinate_transformation_mode = corners ? 'align_corners' : centres ? 'half_pixel' : 'asymmetric';
  const nearest: Record<string, string> =
    mode === 'nearest' ? { nearest_mode: corners || centres ? 'round_prefer_ceil' : 'floor' } : {};
  const inputs = [e.g.as(x, CHANNELS_FIRST), '', '', e.g.ints([batch, channels, height, width])];
  return picture(e, e.g.node('Resize', inputs, { mode, coordinate_transformation_mode, ...nearest }));
}

/** ONNX knows the same notation. */
function einsum(e: Emission): Value {
  const equation = e.attr('equation');
  if (typeof equation !== 'string') throw e.unsupported('without an equation');
  return e.node(
    'Einsum',
    e.list().map((value) => e.g.plain(value)),
    { equation },
  );
}

export const LINEAR: Readonly<Record<string, Emitter>> = {
  AvgPool: (e) => pool(e, 'AveragePool'),
  BatchMatMul: matMul,
  Conv2D: conv,
  Conv2DBackpropInput: convTranspose,
  DepthwiseConv2dNative: depthwise,
  Einsum: einsum,
  FusedConv2D: fused(conv),
  FusedDepthwiseConv2D: fused(depthwise),
  MaxPool: (e) => pool(e, 'MaxPool'),
  ResizeBilinear: (e) => resize(e, 'linear'),
  ResizeNearestNeighbor: (e) => resize(e, 'nearest'),
  _FusedMatMul: fused(matMul),
};
