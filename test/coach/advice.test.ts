import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area, hull, inHull } from '../../src-main/coach/advice/hull';
import type { DatasetSpec, Episode, EpisodeRow } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { judged } from './judged';
import { episodeOf } from './takes';

const SPEC: DatasetSpec = {
  robot: 'any',
  joints: [
    { name: 'a', unit: 'rad' },
    { name: 'b', unit: 'rad' },
  ],
  environment: ['cube.x', 'cube.y'],
  fps: 30,
  cameras: [],
};

/** A smooth move of 3 s; `over`: how far joint b swings out on the way (the way is otherwise the same). */
function take(id: string, cube: readonly [number, number], over: number, change: Partial<Episode> = {}): Episode {
  const rows = Array.from({ length: 90 }, (_, k): EpisodeRow => {
    const s = (1 - Math.cos((Math.PI * k) / 89)) / 2;
    const state = [s, over * Math.sin(Math.PI * s)];
    return {
      t: k / 30,
      state,
      action: state,
      asked: state,
      environment: [cube[0] + s * (0.3 - cube[0]), cube[1] + s * (0.1 - cube[1])],
      pilot: 'person',
      intervention: false,
      clamped: '',
    };
  });
  return episodeOf(rows, { id, task: 'move the cube', ...change });
}

/** Starts all over a table of 20 × 20 cm, but for those that `missing` says. */
const spread = (n: number, missing: (x: number, y: number) => boolean = () => false, over = () => 0.3): Episode[] => {
  const random = new Random(7);
  const list: Episode[] = [];
  while (list.length < n) {
    const [x, y] = [random.between(0.1, 0.3), random.between(-0.1, 0.1)];
    if (!missing(x, y)) list.push(take(`e${list.length}`, [x, y], over()));
  }
  return list.map((one, index) => ({ ...one, index }));
};
const adviceOf = (episodes: readonly Episode[], title: RegExp) =>
  judged(episodes, SPEC).advice.find((advice) => title.test(advice.title));

describe('advice', () => {
  it('says where a start is missing, in words and on the map', () => {
    const hole = (x: number, y: number) => Math.hypot(x - 0.22, y - 0.03) < 0.055;
    const episodes = spread(60, hole);
    const { coverage } = judged(episodes, SPEC);
    expect(coverage.axes).toEqual(['cube.x', 'cube.y']);
    expect(coverage.points).toHaveLength(60);
    const [gap = []] = coverage.gaps;
    expect(Math.hypot((gap[0] ?? 0) - 0.22, (gap[1] ?? 0) - 0.03)).toBeLessThan(0.03);
    expect(adviceOf(episodes, /Record these next/)?.text).toMatch(/cube .*x 2\d cm, y \d/);
  });

  it('sees no gap in a regular grid of starts', () => {
    const episodes = Array.from({ length: 36 }, (_, n) =>
      take(`e${n}`, [0.1 + 0.04 * (n % 6), 0.04 * Math.floor(n / 6) - 0.1], 0.3, { index: n }),
    );
    expect(judged(episodes, SPEC).coverage.gaps).toEqual([]);
  });

  it('says which side is neglected, as somebody behind the robot sees it', () => {
    const episodes = [...spread(30, (_, y) => y > -0.02), ...[0.08, 0.09].map((y, n) => take(`l${n}`, [0.2, y], 0.3))];
    expect(adviceOf(episodes, /Record these next/)?.text).toContain('Only 2 of 32 starts have the cube to the left.');
  });

  it('says when the cube never moves from its place', () => {
    const random = new Random(3);
    const episodes = Array.from({ length: 12 }, (_, n) => take(`e${n}`, [0.2 + random.between(-0.004, 0.004), 0], 0.3));
    expect(adviceOf(episodes, /Move the cube between takes/)).toBeDefined();
  });

  it('finds one task under several spellings, and tells numbered tasks apart', () => {
    const texts = [
      'pick up cube',
      'Pick up the cube',
      'pick up cube',
      'pick up  cube.',
      'pick up cub e',
      'open drawer 1',
      'open drawer 2',
    ];
    const episodes = texts.map((task, n) => take(`e${n}`, [0.2, 0.01 * n], 0.3, { index: n, task }));
    const advice = adviceOf(episodes, /several spellings/);
    expect(advice?.episodes).toEqual(expect.arrayContaining(['e1', 'e3', 'e4']));
    expect(advice?.episodes).not.toContain('e5');
    expect(advice?.episodes).not.toContain('e6');
  });

  it('finds the same motion with two labels', () => {
    const episodes = spread(10).map((one, n) => (n === 4 ? { ...one, id: 'twin', success: false } : one));
    const [first] = spread(5).slice(4);
    if (!first) throw new Error('no take');
    const both = [...episodes, { ...first, id: 'other', index: 10 }];
    const advice = adviceOf(both, /two labels/);
    expect([...(advice?.episodes ?? [])].sort()).toEqual(['other', 'twin']);
  });

  it('notices two ways from the same starts, and leaves alone what the start decides', () => {
    let n = 0;
    const mixed = spread(30, undefined, () => (n++ % 2 ? 0.5 : -0.5));
    expect(adviceOf(mixed, /two ways/)?.episodes.length).toBe(15);
    const sided = spread(30).map((one) => {
      const [x = 0, y = 0] = one.rows[0]?.environment ?? [];
      return { ...take(one.id, [x, y], y > 0 ? 0.5 : -0.5), index: one.index };
    });
    expect(adviceOf(sided, /two ways/)).toBeUndefined();
    expect(adviceOf(spread(30), /two ways/)).toBeUndefined();
  });

  it('asks for labels, for more takes of a young task and for the rare one of two', () => {
    const few = spread(6).map((one, n) => (n < 3 ? { ...one, success: null } : one));
    expect(adviceOf(few, /Judge 3/)?.episodes).toHaveLength(3);
    expect(adviceOf(few, /Record 14 more/)).toBeDefined();
    const two = spread(24).map((one, n) => (n < 3 ? { ...one, task: 'close the drawer' } : one));
    expect(adviceOf(two, /rare/)?.episodes).toEqual(['e0', 'e1', 'e2']);
  });

  it('gives at most six pieces, and none for nothing', () => {
    expect(judged(spread(40), SPEC).advice.length).toBeLessThanOrEqual(6);
    expect(judged([], SPEC)).toEqual({
      episodes: [],
      advice: [],
      coverage: { axes: [], points: [], gaps: [] },
      pending: 0,
    });
  });
});

describe('the convex hull', () => {
  it('holds every point and is no larger than their box', () => {
    const point = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 60 }), (points) => {
        const border = hull(points);
        if (border.length < 3) return; // all on one line
        for (const one of points) expect(inHull(border, one)).toBe(true);
        expect(area(border)).toBeGreaterThan(0);
        expect(area(border)).toBeLessThanOrEqual(100 * 100);
      }),
    );
  });
});
