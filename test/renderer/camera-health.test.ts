import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { busAdvice, type Load } from '../../src-renderer/camera/bandwidth';
import { constraintsFor, controlsOf, hasAuto } from '../../src-renderer/camera/controls';
import { LifeWatch, pictureHash, RateMeter } from '../../src-renderer/camera/life';
import { ratesFor, sizesFor } from '../../src-renderer/camera/modes';

describe('a frozen camera', () => {
  const run = (seconds: number, hash: (t: number) => number, fps = 30) => {
    const watch = new LifeWatch(0);
    for (let i = 0; i <= seconds * fps; i++) {
      const t = i / fps;
      watch.arrived(t);
      if (i % Math.max(1, Math.round(fps / 4)) === 0) watch.looked(t, hash(t));
    }
    return watch.life(seconds);
  };

  it('sends the same picture for more than a second', () => {
    expect(run(0.9, () => 7)).toBe('live');
    expect(run(2, () => 7)).toBe('frozen');
    expect(run(2, (t) => Math.floor(t * 2))).toBe('live');
  });

  it('is frozen only after several equal pictures, however slow it is', () => {
    expect(run(2, () => 7, 1)).toBe('live');
  });

  it('comes back to life with the first other picture', () => {
    const watch = new LifeWatch(0);
    for (let t = 0; t < 3; t += 0.25) {
      watch.arrived(t);
      watch.looked(t, 1);
    }
    expect(watch.life(2.75)).toBe('frozen');
    watch.looked(3, 2);
    watch.arrived(3);
    expect(watch.life(3)).toBe('live');
  });

  it('is stalled, not frozen, when no pictures come at all', () => {
    const watch = new LifeWatch(10);
    expect(watch.life(10.9)).toBe('live');
    expect(watch.life(11.1)).toBe('stalled');
  });

  it('is not what a dark room looks like: noise of one grey level in a few pixels is another picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 640 * 480 - 1 }), fc.integer({ min: 1, max: 255 }), (at, level) => {
        const dark = new Uint8Array(640 * 480).fill(16);
        const noisy = dark.slice();
        const place = at - (at % 7); // one of the bytes that are looked at
        noisy[place] = (noisy[place] as number) ^ level;
        expect(pictureHash(noisy)).not.toBe(pictureHash(dark));
      }),
      { numRuns: 40 },
    );
  });

  it('noise anywhere is seen: the bytes looked at fall on every column', () => {
    const columns = new Set(Array.from({ length: 640 * 7 }, (_, i) => (i * 7) % 640));
    expect(columns.size).toBe(640);
  });
});

describe('the measured rate', () => {
  const fed = (fps: number, seconds: number) => {
    const meter = new RateMeter();
    for (let i = 0; i <= fps * seconds; i++) meter.tick(100 + i / fps);
    return meter;
  };

  it('is that of the pictures that came', () => {
    for (const fps of [5, 15, 29.97, 60]) expect(fed(fps, 4).rate(104)).toBeCloseTo(fps, 0);
  });

  it('falls when pictures stop, and ends at 0', () => {
    const meter = fed(30, 4);
    expect(meter.rate(105.5)).toBeLessThan(28);
    expect(meter.rate(107)).toBe(0);
  });
});

describe('the bus', () => {
  const camera = (slot: string, change: Partial<Load> = {}): Load => ({
    slot,
    width: 640,
    height: 480,
    fps: 30,
    measured: 30,
    ...change,
  });

  it('is not mentioned while all is well', () => {
    expect(busAdvice([])).toBeNull();
    expect(busAdvice([camera('front', { width: 1920, height: 1080 })])).toBeNull();
    expect(busAdvice([camera('front', { fps: 15 }), camera('wrist', { fps: 15 })])).toBeNull();
    expect(busAdvice([camera('front', { measured: null })])).toBeNull();
  });

  it('may be too narrow for two uncompressed pictures of 640 × 480 at 30', () => {
    expect(busAdvice([camera('front'), camera('wrist')])).toMatchObject({ level: 'tight' });
  });

  it('is too narrow when pictures are missing, and the camera is named', () => {
    const advice = busAdvice([camera('front'), camera('wrist', { measured: 14.9 })]);
    expect(advice?.level).toBe('short');
    expect(advice?.message).toContain('“wrist” gives 14.9 of 30');
    expect(advice?.message).not.toContain('front');
    expect(advice?.tip).toContain('USB');
  });

  it('is not blamed for one slow camera alone, which lacks light', () => {
    expect(busAdvice([camera('front', { measured: 15 })])?.tip).toContain('light');
  });
});

describe('what can be chosen of a camera', () => {
  it('are the common sizes and rates it can give, and what it gives now', () => {
    const sizes = sizesFor({ min: 160, max: 1280 }, { min: 120, max: 720 }, { width: 960, height: 540 });
    expect(sizes.map((s) => s.width)).toEqual([320, 424, 640, 640, 800, 960, 1280]);
    expect(ratesFor({ min: 5, max: 29.97 }, 30)).toEqual([10, 15, 20, 24, 25, 30]);
    expect(ratesFor({}, 12)).toContain(12);
  });

  const fake = {
    exposureMode: ['manual', 'continuous'],
    exposureTime: { min: 10, max: 100, step: 5 },
    focusMode: ['continuous'],
    focusDistance: { min: 0, max: 250 },
    whiteBalanceMode: ['manual'],
    colorTemperature: { min: 2800, max: 6500, step: 1 },
  };

  it('are only locks that it offers: a manual mode and a value', () => {
    const controls = controlsOf(fake, { exposureTime: 50, colorTemperature: 4000 });
    expect(controls.map((c) => [c.lock, c.value])).toEqual([
      ['exposure', 50],
      ['whiteBalance', 4000],
    ]);
    expect(controlsOf({}, {})).toEqual([]);
    expect(controlsOf({ exposureMode: 'manual', exposureTime: null }, 5)).toEqual([]);
    expect([hasAuto(fake, 'exposure'), hasAuto(fake, 'whiteBalance')]).toEqual([true, false]);
  });

  it('are held by manual mode and value, and given back', () => {
    expect(constraintsFor('exposure', 40)).toEqual({ advanced: [{ exposureMode: 'manual', exposureTime: 40 }] });
    expect(constraintsFor('focus', null)).toEqual({ advanced: [{ focusMode: 'continuous' }] });
  });
});
