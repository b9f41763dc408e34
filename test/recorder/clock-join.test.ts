import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockJoin } from '../../src-main/recorder/clock-join';

describe('the clock join', () => {
  it('is never wrong by more than half the shortest round trip', () => {
    const delay = fc.double({ min: 0, max: 0.03, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.array(fc.tuple(delay, delay), { minLength: 1, maxLength: 100 }),
        (offset, trips) => {
          const join = new ClockJoin();
          for (const [i, [there, back]] of trips.entries()) join.add(i, i + there - offset, i + there + back);
          const recent = trips.slice(-64).map(([there, back]) => (there + back) / 2);
          expect(Math.abs(join.toMain(500) - (500 + offset))).toBeLessThanOrEqual(Math.min(...recent) + 1e-9);
          expect(join.uncertainty).toBeCloseTo(Math.min(...recent), 9);
        },
      ),
    );
  });

  it('follows a page that was reloaded and counts from zero again', () => {
    const join = new ClockJoin();
    for (let i = 0; i < 20; i++) join.add(i, i - 3, i + 0.001);
    join.add(30, 0, 30.02);
    expect(join.toMain(5)).toBeCloseTo(35.01, 6);
  });

  it('knows that it knows nothing yet, and refuses nonsense', () => {
    const join = new ClockJoin();
    join.add(2, 5, 1);
    join.add(2, Number.NaN, 3);
    expect([join.joined, join.toMain(4), join.uncertainty]).toEqual([false, 4, Infinity]);
  });
});
