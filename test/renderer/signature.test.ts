import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, changedPlaces, difference, ROWS, signatureOf } from '../../src-renderer/camera/signature';

/** A view: a few coloured blocks of a random room; `noise`, `light` and an arm that stands elsewhere vary it. */
function view(seed: number, change: { noise?: number; light?: number; arm?: number } = {}): Uint8Array {
  const { noise = 0, light = 1, arm = 0 } = change;
  let state = seed * 2654435761 + 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const blocks = Array.from({ length: 8 }, () => [random(), random(), random(), random(), random()]);
  const jitter = fc.sample(fc.integer({ min: -noise, max: noise }), { numRuns: COLUMNS * ROWS, seed: seed + arm });
  const rgb = new Uint8Array(COLUMNS * ROWS * 3);
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < COLUMNS; x++) {
      let colour = [110, 105, 100];
      for (const [bx, by, r, g, b] of blocks as number[][]) {
        const inside = Math.abs(x / COLUMNS - (bx ?? 0)) < 0.17 && Math.abs(y / ROWS - (by ?? 0)) < 0.2;
        if (inside) colour = [(r ?? 0) * 255, (g ?? 0) * 255, (b ?? 0) * 255];
      }
      if (Math.abs(x - arm - 4) < 1.5 && y < 7) colour = [230, 230, 235];
      for (let c = 0; c < 3; c++) {
        const value = (colour[c] as number) * light + (jitter[y * COLUMNS + x] as number);
        rgb[(y * COLUMNS + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  return rgb;
}

const set = (entries: readonly (readonly [string, Uint8Array])[]) =>
  new Map(entries.map(([slot, rgb]) => [slot, signatureOf(rgb)]));
const seeds = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 3, maxLength: 3 });
const later = fc.record({
  noise: fc.integer({ min: 0, max: 12 }),
  light: fc.double({ min: 0.75, max: 1.2, noNaN: true }),
  arm: fc.integer({ min: -2, max: 6 }),
});

describe('a picture’s signature', () => {
  it('is alike for one view in other light with the arm elsewhere, and unlike for another view', () => {
    fc.assert(
      fc.property(seeds, later, ([one = 1, two = 2], change) => {
        const same = difference(signatureOf(view(one)), signatureOf(view(one, change)));
        const other = difference(signatureOf(view(one)), signatureOf(view(two, change)));
        expect(same).toBeLessThan(other);
      }),
    );
  });

  it('is 0 apart from itself, also of a black picture', () => {
    const black = signatureOf(new Uint8Array(COLUMNS * ROWS * 3));
    expect(difference(black, black)).toBe(0);
    expect(black.thumb.every((v) => v === 0)).toBe(true);
  });
});

describe('cameras that changed places', () => {
  it('are found when front shows what wrist showed, whatever the light', () => {
    fc.assert(
      fc.property(seeds, later, ([front = 1, wrist = 2], change) => {
        const then = set([
          ['front', view(front)],
          ['wrist', view(wrist)],
        ]);
        const crossed = set([
          ['front', view(wrist, change)],
          ['wrist', view(front, change)],
        ]);
        expect([...(changedPlaces(crossed, then) ?? [])]).toEqual([
          ['front', 'wrist'],
          ['wrist', 'front'],
        ]);
      }),
    );
  });

  it('are never reported while each is in its place', () => {
    fc.assert(
      fc.property(seeds, later, ([front = 1, wrist = 2, side = 3], change) => {
        const then = set([
          ['front', view(front)],
          ['wrist', view(wrist)],
          ['side', view(side)],
        ]);
        const now = set([
          ['front', view(front, change)],
          ['wrist', view(wrist, change)],
          ['side', view(side, change)],
        ]);
        expect(changedPlaces(now, then)).toBeNull();
      }),
    );
  });

  it('are found in a ring of three, and a third that stayed is left alone', () => {
    const then = set([
      ['a', view(1)],
      ['b', view(2)],
      ['c', view(3)],
    ]);
    const ring = set([
      ['a', view(2, { noise: 5 })],
      ['b', view(3, { noise: 5 })],
      ['c', view(1, { noise: 5 })],
    ]);
    expect([...(changedPlaces(ring, then) ?? [])]).toEqual([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]);
    const pair = set([
      ['a', view(2)],
      ['b', view(1)],
      ['c', view(3)],
    ]);
    expect([...(changedPlaces(pair, then)?.keys() ?? [])]).toEqual(['a', 'b']);
  });

  it('cannot be told of one camera, of views nobody saw before, or of two that look the same', () => {
    const then = set([
      ['front', view(1)],
      ['wrist', view(1, { noise: 3 })],
    ]);
    expect(changedPlaces(set([['front', view(2)]]), then)).toBeNull();
    expect(
      changedPlaces(
        set([
          ['x', view(1)],
          ['y', view(2)],
        ]),
        then,
      ),
    ).toBeNull();
    expect(
      changedPlaces(
        set([
          ['front', view(1, { noise: 3 })],
          ['wrist', view(1)],
        ]),
        then,
      ),
    ).toBeNull();
    expect(
      changedPlaces(
        set([
          ['front', view(7)],
          ['wrist', view(8)],
        ]),
        then,
      ),
    ).toBeNull();
  });
});
