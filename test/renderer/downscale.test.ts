import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resize } from '../../src-main/learner/images';
import { areaScale } from '../../src-renderer/camera/downscale';

const rgba = (width: number, height: number, at: (x: number, y: number) => readonly [number, number, number]) => {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([...at(x, y), 255], (y * width + x) * 4);
  return data;
};
const side = fc.integer({ min: 1, max: 40 });

describe('areaScale', () => {
  it('averages the pixels that each output pixel covers', () => {
    const data = rgba(4, 2, (x, y) => [x * 10, y * 100, 0]);
    expect([...areaScale(data, 4, 2, 2, 1)]).toEqual([5, 50, 0, 25, 50, 0]);
  });

  it('weighs pixels that are covered in part', () => {
    const data = rgba(3, 1, (x) => [[0, 90, 240][x] as number, 0, 0]);
    // Output pixel 0 covers 1 + half of pixel 1: (0 + 45) / 1.5.
    expect([...areaScale(data, 3, 1, 2, 1)].filter((_, i) => i % 3 === 0)).toEqual([30, 190]);
  });

  it('keeps a plain colour, whatever the sizes', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.integer({ min: 0, max: 255 }), (w, h, ow, oh, grey) => {
        const out = areaScale(
          rgba(w, h, () => [grey, grey, grey]),
          w,
          h,
          ow,
          oh,
        );
        expect(out.length).toBe(ow * oh * 3);
        expect(out.every((v) => v === grey)).toBe(true);
      }),
    );
  });

  it('keeps the mean brightness when it shrinks by whole numbers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (k, n, values) => {
          const size = k * n;
          const data = rgba(size, size, () => [values.next().value as number, 0, 0]);
          const mean = (bytes: Uint8Array, step: number) => {
            let sum = 0;
            for (let i = 0; i < bytes.length; i += step) sum += bytes[i] as number;
            return sum / (bytes.length / step);
          };
          expect(Math.abs(mean(areaScale(data, size, size, n, n), 3) - mean(data, 4))).toBeLessThanOrEqual(0.5);
        },
      ),
    );
  });
});

describe('what a policy sees', () => {
  it('is shrunk by the page just as recorded frames are shrunk for training', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.nat(255), (kx, ky, seed) => {
        const [w, h] = [16 * kx, 16 * ky];
        const rgba = new Uint8Array(w * h * 4).map((_, i) => (i * 31 + seed * 7 + (i >> 5)) % 256);
        const rgb = new Uint8Array(w * h * 3).map((_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)] ?? 0);
        const page = areaScale(rgba, w, h, 16, 16);
        const trainer = resize({ width: w, height: h, data: rgb, t: 0 }, 16, 16);
        expect(Math.max(...page.map((value, i) => Math.abs(value - (trainer[i] ?? 0))))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
