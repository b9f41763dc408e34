import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecFor, cover, frameIndex, frameTime } from '../../src-renderer/camera/encoder';

const side = fc.integer({ min: 1, max: 40 });

describe('the codec', () => {
  it('is of the lowest level that allows the size and rate', () => {
    expect(codecFor({ width: 640, height: 480 }, 30)).toBe('avc1.42001f');
    expect(codecFor({ width: 1280, height: 720 }, 30)).toBe('avc1.42001f');
    expect(codecFor({ width: 1280, height: 720 }, 60)).toBe('avc1.420028');
    expect(codecFor({ width: 1920, height: 1080 }, 30)).toBe('avc1.420028');
    expect(codecFor({ width: 1920, height: 1080 }, 60)).toBe('avc1.42002a');
    expect(() => codecFor({ width: 8192, height: 4320 }, 30)).toThrow(/too much to record/);
  });
});

describe('frame times', () => {
  it('lead back to the row they came from, at every rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 1, max: 200 }), (k, fps) => {
        expect(frameIndex(frameTime(k, fps), fps)).toBe(k);
      }),
    );
  });
});

describe('cover', () => {
  it('cuts a wide picture at the sides and a tall one at top and bottom', () => {
    expect(cover(640, 480, 100, 100)).toEqual({ x: 80, y: 0, width: 480, height: 480 });
    expect(cover(480, 640, 100, 100)).toEqual({ x: 0, y: 80, width: 480, height: 480 });
  });

  it('stays inside the picture and has the wanted shape', () => {
    fc.assert(
      fc.property(side, side, side, side, (w, h, ow, oh) => {
        const crop = cover(w, h, ow, oh);
        expect(crop.x).toBeGreaterThanOrEqual(-1e-9);
        expect(crop.y).toBeGreaterThanOrEqual(-1e-9);
        expect(crop.x + crop.width).toBeLessThanOrEqual(w + 1e-9);
        expect(crop.y + crop.height).toBeLessThanOrEqual(h + 1e-9);
        expect(crop.width / crop.height).toBeCloseTo(ow / oh, 9);
      }),
    );
  });
});
