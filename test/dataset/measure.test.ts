import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Measured, measure } from '../../src-main/dataset/measure';
import { PixelStats, pixelStride, sampledFrames } from '../../src-main/dataset/pixel-stats';

/** What `get_feature_stats` of lerobot 0.6.1 (numpy 2.2.6, swscale of PyAV 15.1) says of the same numbers. */
const LEROBOT: Record<string, Record<keyof Measured, number[]>> = JSON.parse(
  readFileSync(join(__dirname, 'lerobot-stats.json'), 'utf8'),
);

function expectSame(found: readonly Measured[], name: string): void {
  for (const [d, measured] of found.entries()) {
    for (const [key, value] of Object.entries(measured)) {
      const wanted = LEROBOT[name]?.[key as keyof Measured][d] as number;
      expect(Math.abs(value - wanted), `${name} ${key}[${d}]: ${value}, LeRobot ${wanted}`).toBeLessThan(
        1e-7 * Math.max(1, Math.abs(wanted)),
      );
    }
  }
}

const thousand = (value: (i: number) => number) => Array.from({ length: 1000 }, (_, i) => value(i));

describe('statistics', () => {
  it('are those LeRobot finds in a float32 vector, its rounding included', () => {
    const dims = [(i: number) => ((i * 7919) % 1000) / 37 - 9, () => 40.1, (i: number) => ((i * i) % 997) * 0.01 + 90];
    expectSame(
      dims.map((value) => measure(thousand(value), 'float32', false)),
      'vector',
    );
  });

  it('are those LeRobot finds in columns of single numbers', () => {
    expectSame(
      [
        measure(
          thousand((i) => i / 30),
          'float32',
          true,
        ),
      ],
      'alone32',
    );
    expectSame(
      [
        measure(
          thousand((i) => 86400.123 + i / 30),
          'float64',
          true,
        ),
      ],
      'alone64',
    );
    expectSame(
      [
        measure(
          thousand((i) => i + 123456),
          'float64',
          true,
        ),
      ],
      'int',
    );
  });

  it('of a single row are that row', () => {
    expectSame([measure([1], 'float32', false), measure([2.5], 'float32', false)], 'one');
  });
});

describe('pixel statistics', () => {
  it('look at the frames LeRobot looks at', () => {
    expect([1, 2, 50, 100, 101, 500, 1000, 20000].map((n) => sampledFrames(n).length)).toEqual([
      1, 2, 50, 100, 100, 105, 177, 1681,
    ]);
    expect(sampledFrames(150).slice(0, 12)).toEqual([0, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17]);
    expect(sampledFrames(1001).slice(0, 6)).toEqual([0, 6, 11, 17, 23, 28]);
    expect(sampledFrames(1001).at(-1)).toBe(1000);
  });

  it('look at every pixel of small pictures and at about 150 across of large ones', () => {
    expect([pixelStride(299, 200), pixelStride(320, 240), pixelStride(480, 640), pixelStride(1920, 1080)]).toEqual([
      1, 2, 4, 12,
    ]);
  });

  it.each([
    ['bt601', {}],
    ['bt709', { matrix: 'bt709', fullRange: false }],
    ['full', { matrix: 'smpte170m', fullRange: true }],
  ])('are those of the colours that LeRobot decodes (%s)', (name, colour) => {
    const [width, height] = [320, 304];
    const stats = new PixelStats();
    for (const n of [0, 1]) {
      // Planes with room at the end of each line, as decoders give them.
      const strides = [width + 32, width / 2 + 16, width / 2 + 16] as const;
      const sizes = [height * strides[0], (height / 2) * strides[1], (height / 2) * strides[2]] as const;
      const data = new Uint8Array(sizes[0] + sizes[1] + sizes[2]);
      const layout = [0, sizes[0], sizes[0] + sizes[1]].map((offset, p) => ({ offset, stride: strides[p] as number }));
      const fill = (p: number, w: number, h: number, value: (i: number, j: number) => number) => {
        const { offset, stride } = layout[p] as { offset: number; stride: number };
        for (let j = 0; j < h; j++) for (let i = 0; i < w; i++) data[offset + j * stride + i] = value(i, j) % 256;
      };
      fill(0, width, height, (i, j) => j * 3 + n * 50 + i * 5);
      fill(1, width / 2, height / 2, (i, j) => j * 7 + i * 2 + n);
      fill(2, width / 2, height / 2, (i, j) => j + i * 11);
      stats.add({ data, layout, width, height }, colour);
    }
    expect(stats.frames).toBe(2);
    expectSame(stats.result(), name);
  });
});
