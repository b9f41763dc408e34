import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowGrid } from '../../src-main/recorder/grid';

const rowsAt = (times: readonly number[], fps = 30) => {
  const grid = new RowGrid(fps);
  return { rows: times.filter((t) => grid.take(t)), grid };
};

describe('the row grid', () => {
  it('takes every second tick of a 60 Hz loop, whatever the jitter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.003, max: 0.003, noNaN: true }), { minLength: 10, maxLength: 300 }),
        (jitter) => {
          const times = jitter.map((late, n) => 77 + n / 60 + late);
          const { rows, grid } = rowsAt(times);
          expect(rows).toEqual(times.filter((_, n) => n % 2 === 0));
          expect(grid.gaps).toBe(0);
        },
      ),
      // A late tick makes the interval after it short.
      { examples: [[[0.0025, 0, 0, 0.003, -0.003, 0, 0, 0, 0, 0, 0]]] },
    );
  });

  it('takes every tick of a loop that runs at the recording rate', () => {
    const times = Array.from({ length: 100 }, (_, n) => n / 30 + (n % 3) * 0.001);
    expect(rowsAt(times).rows).toEqual(times);
  });

  it('stays within half a loop period of the grid for ten minutes at 200 Hz', () => {
    const { rows, grid } = rowsAt(Array.from({ length: 120_000 }, (_, n) => 5 + n / 200));
    expect(rows.length).toBe(18_000);
    expect(grid.gaps).toBe(0);
    for (const [k, t] of rows.entries()) expect(Math.abs(t - 5 - k / 30)).toBeLessThanOrEqual(0.0026);
  });

  it('counts the grid points a stall went past instead of inventing rows', () => {
    const times = Array.from({ length: 120 }, (_, n) => n / 60).filter((t) => t < 0.5 || t >= 1);
    const { rows, grid } = rowsAt(times);
    expect(grid.gaps).toBe(15);
    expect(rows.length).toBe(45);
    expect(new Set(rows).size).toBe(rows.length);
  });
});
