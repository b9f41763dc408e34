import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Tf } from './engine';

type Pad = 'same' | 'valid' | number;

/**
 * The gradient of a convolution with respect to its filter, from kernels that the WASM backend has (it lacks
 * `Conv2DBackpropFilter`). A filter gradient is itself a convolution: swap batch and channels,
 *
 *   dw[i,j,ci,co] = Σ_b,y,x  x[b, y·s + i, x·s + j, ci] · dy[b, y, x, co]
 *                 = conv2d(xᵀ, dyᵀ, stride 1, dilation s)[ci, i, j, co]
 *
 * @param x    B × H × W × Ci
 * @param dy   B × H' × W' × Co
 * @param filterShape [fh, fw, Ci, Co]
 * Exact up to float rounding. Stride is the same in both directions.
 */
export function convFilterGradient(
  tf: Tf,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: readonly [number, number, number, number],
  strides: number | readonly [number, number],
  pad: Pad,
): Tensor4D {
  const [fh, fw] = filterShape;
  const [sh, sw] = typeof strides === 'number' ? [strides, strides] : strides;
  const [, height, width] = x.shape;
  const [, outHeight, outWidth] = dy.shape;
  const [top, bottom] = padding(pad, height, outHeight, fh, sh);
  const [left, right] = padding(pad, width, outWidth, fw, sw);
  return tf.tidy(() => {
    const padded =
      top + bottom + left + right > 0
        ? tf.pad4d(x, [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ])
        : x;
    const images = tf.transpose(padded, [3, 1, 2, 0]); // Ci × H × W × B
    const filter = tf.transpose(dy, [1, 2, 0, 3]); // H' × W' × B × Co
    const full = tf.conv2d(images, filter, 1, 'valid', 'NHWC', [sh, sw]); // Ci × ≥fh × ≥fw × Co
    const cut = tf.slice(full, [0, 0, 0, 0], [full.shape[0], fh, fw, full.shape[3]]);
    return tf.transpose(cut, [1, 2, 0, 3]);
  });
}

/** Pixels added before and after, as TensorFlow does it. */
function padding(pad: Pad, size: number, out: number, filter: number, stride: number): [number, number] {
  if (pad === 'valid') return [0, 0];
  if (typeof pad === 'number') return [pad, pad];
  const total = Math.max(0, (out - 1) * stride + filter - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** Gives a backend the kernel it lacks, so that ordinary `tf.grad` of `tf.conv2d` works on it. Idempotent. */
export function registerConvFilterGradient(tf: Tf, backendName: string): void {
  if (tf.getKernel('Conv2DBackpropFilter', backendName)) return;
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs;
      const { strides, pad, filterShape } = attrs ?? {};
      if (!(x instanceof tf.Tensor) || !(dy instanceof tf.Tensor) || x.rank !== 4 || dy.rank !== 4) {
        throw new TypeError('Conv2DBackpropFilter: x and dy must be tensors of rank 4');
      }
      if (!isShape4(filterShape) || !isPad(pad) || !isStrides(strides)) {
        throw new TypeError('Conv2DBackpropFilter: unsupported attributes');
      }
      return convFilterGradient(tf, x as Tensor4D, dy as Tensor4D, filterShape, strides, pad);
    },
  });
}

const isShape4 = (value: unknown): value is [number, number, number, number] =>
  Array.isArray(value) && value.length === 4;
const isPad = (value: unknown): value is Pad => value === 'same' || value === 'valid' || typeof value === 'number';
const isStrides = (value: unknown): value is number | [number, number] =>
  typeof value === 'number' || (Array.isArray(value) && value.length === 2);
