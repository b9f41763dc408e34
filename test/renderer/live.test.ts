import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveTick } from '../../src-main/core/state';
import { duration, loss } from '../../src-renderer/state/format';
import { LiveFeed, Ring } from '../../src-renderer/state/live';

const tick = (n: number): LiveTick => ({
  n,
  t: n / 60,
  seen: [],
  asked: [],
  sent: [],
  pilot: 'none',
  clamped: 0,
  objects: {},
  lit: [],
});

describe('ring', () => {
  it('holds the newest items, oldest first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (items, capacity) => {
        const ring = new Ring<number>(capacity);
        for (const item of items) ring.push(item);
        expect(ring.toArray()).toEqual(items.slice(-capacity));
        expect(ring.newest).toBe(items.at(-1));
        expect(ring.length).toBe(Math.min(items.length, capacity));
      }),
    );
  });
});

describe('live feed', () => {
  it('forgets the old loop when a new one begins to count', () => {
    const feed = new LiveFeed();
    for (const n of [7, 8, 9, 0, 1]) feed.push(tick(n), n);
    expect(feed.ticks.toArray().map((t) => t.n)).toEqual([0, 1]);
  });

  it('counts a move only when something can be seen to have moved, and lets slow motion add up', () => {
    const feed = new LiveFeed();
    const at = (n: number, joint: number, x: number) =>
      feed.push({ ...tick(n), seen: [joint], objects: { cube: [x, 0, 0, 1, 0, 0, 0] } }, n);
    at(0, 0, 0);
    const still = feed.moves;
    at(1, 0.0005, 0);
    expect(feed.moves).toBe(still);
    at(2, 0.0011, 0);
    expect(feed.moves).toBe(still + 1);
    at(3, 0.0011, 0.001);
    expect(feed.moves).toBe(still + 2);
    feed.push({ ...tick(4), seen: [0.0011], objects: {} }, 4);
    expect(feed.moves).toBe(still + 3);
  });

  it('tells its listeners until they unsubscribe', () => {
    const feed = new LiveFeed();
    const seen: number[] = [];
    const stop = feed.on((t) => seen.push(t.n));
    feed.push(tick(1), 0);
    stop();
    feed.push(tick(2), 0);
    expect(seen).toEqual([1]);
    expect(feed.newest?.n).toBe(2);
  });
});

describe('numbers for people', () => {
  it('says times in the unit that fits', () => {
    expect([3.4, 61, 3725, Number.NaN].map(duration)).toEqual(['3 s', '1 min 01 s', '1 h 02 min', '–']);
  });

  it('shows a loss that is not there yet as a dash', () => {
    expect([0.01234, 0.00001234, Number.NaN, undefined].map(loss)).toEqual(['0.0123', '1.23e-5', '–', '–']);
  });
});
