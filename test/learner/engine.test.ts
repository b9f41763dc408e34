import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { convFilterGradient } from '../../src-main/learner/conv-gradient';
import { openEngine } from '../../src-main/learner/engine';
import { restoreRemovedUtil } from '../../src-main/learner/node-shim';

const CASES = [
  { x: [2, 9, 9, 3], filter: [5, 5, 3, 4], stride: 2, pad: 'same' },
  { x: [3, 8, 10, 2], filter: [3, 3, 2, 5], stride: 2, pad: 'same' },
  { x: [2, 8, 8, 3], filter: [3, 3, 3, 4], stride: 1, pad: 'same' },
  { x: [2, 11, 9, 1], filter: [4, 4, 1, 2], stride: 3, pad: 'valid' },
  { x: [1, 7, 7, 2], filter: [1, 1, 2, 3], stride: 1, pad: 'valid' },
] as const;

describe('the WebAssembly engine', () => {
  it('says what it is and how to get a faster one', async () => {
    const { info, tf } = await openEngine('wasm');
    expect(info.kind).toBe('wasm');
    expect(info.tip).toBeTruthy();
    expect(tf.getBackend()).toBe('wasm');
  });

  it.each(CASES)(
    'has the filter gradient of the reference backend for $x * $filter / $stride $pad',
    async ({ x, filter, stride, pad }) => {
      const { tf } = await openEngine('wasm');
      // The reference is a finite difference: it depends on no backend's own gradient.
      const image = tf.randomUniform([...x], -1, 1, 'float32', 1) as Tensor4D;
      const weights = tf.randomUniform([...filter], -1, 1, 'float32', 2) as Tensor4D;
      const loss = (w: Tensor4D): Scalar => tf.sum(tf.square(tf.conv2d(image, w, stride, pad))) as Scalar;
      const exact = await tf
        .grad((w) => loss(w as Tensor4D))(weights)
        .data();
      const start = await weights.data();
      const step = 1e-2;
      for (let i = 0; i < start.length; i += 7) {
        const shifted = (by: number) => {
          const values = Float32Array.from(start);
          values[i] = (values[i] as number) + by;
          return loss(tf.tensor4d(values, [...filter])).dataSync()[0] as number;
        };
        // Quadratic in the weights, so a central difference is exact but for rounding.
        const wanted = (shifted(step) - shifted(-step)) / (2 * step);
        expect(Math.abs((exact[i] as number) - wanted)).toBeLessThan(0.02 + 0.01 * Math.abs(wanted));
      }
    },
  );

  it('computes the same filter gradient as the cpu backend to float rounding', async () => {
    const { tf } = await openEngine('wasm');
    const cpu = await import('@tensorflow/tfjs-backend-cpu');
    expect(cpu.version_cpu).toBeTruthy();
    for (const { x, filter, stride, pad } of CASES) {
      const run = async (backend: string) => {
        await tf.setBackend(backend);
        const image = tf.randomUniform([...x], -1, 1, 'float32', 3) as Tensor4D;
        const out = tf.conv2d(image, tf.zeros([...filter]) as Tensor4D, stride, pad);
        const dy = tf.randomUniform(out.shape, -1, 1, 'float32', 4) as Tensor4D;
        const kernel = () =>
          backend === 'cpu'
            ? (tf
                .engine()
                .runKernel(
                  'Conv2DBackpropFilter',
                  { x: image, dy },
                  { strides: stride, pad, dataFormat: 'NHWC', filterShape: [...filter] },
                ) as Tensor4D)
            : convFilterGradient(tf, image, dy, [...filter], stride, pad);
        return [...(await kernel().data())];
      };
      const wanted = await run('cpu');
      const got = await run('wasm');
      expect(got.length).toBe(wanted.length);
      got.forEach((value, i) => {
        expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(1e-4);
      });
    }
  });
});

describe('the engine ladder', () => {
  it('takes the native engine where it is installed and says so, else the slower one with a tip', async () => {
    const { info } = await openEngine('auto');
    if (info.kind === 'native') expect(info.detail).toContain('TensorFlow');
    else expect(info.tip).toContain('npm run setup');
  });

  it('puts back only what newer Node versions removed', () => {
    const target = { isArray: 'mine' } as Record<string, unknown>;
    restoreRemovedUtil(target);
    expect(target.isArray).toBe('mine');
    const isNothing = target.isNullOrUndefined as (value: unknown) => boolean;
    expect([null, undefined, 0, ''].map(isNothing)).toEqual([true, true, false, false]);
  });
});
