import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EpisodeInfo } from '../../src-main/core/episode';
import { type EpisodeFilter, EVERYTHING, facets, inUse, visible } from '../../src-renderer/state/demos/filter';
import { common, mergeProblem } from '../../src-renderer/state/demos/labels';
import { all, keep, NOTHING, only, pick, type Selection, step } from '../../src-renderer/state/demos/selection';
import { scrollTo, windowOf } from '../../src-renderer/state/demos/window';

const episode = (index: number, change: Partial<EpisodeInfo> = {}): EpisodeInfo => ({
  index,
  id: `e-${index}`,
  task: 'push the cube',
  success: true,
  tags: [],
  recorded: null,
  length: 300,
  duration: 10,
  pilots: ['person'],
  interventions: 0,
  cameras: ['front'],
  ...change,
});
const places = (list: readonly EpisodeInfo[]) => list.map((e) => e.index);
const find = (list: readonly EpisodeInfo[], change: Partial<EpisodeFilter>, scores: [string, number][] = []) =>
  places(visible(list, { ...EVERYTHING, ...change }, new Map(scores)));

describe('filter', () => {
  const list = [
    episode(0, { tags: ['slow'], recorded: '2026-11-20T10:00:00Z' }),
    episode(1, { task: 'Reach the target', success: false, duration: 3 }),
    episode(2, { success: null, pilots: ['policy', 'person'], interventions: 2, recorded: '2026-11-19T10:00:00Z' }),
    episode(12, { tags: ['left side', 'slow'], duration: 20, recorded: '2026-11-21T10:00:00Z' }),
  ];

  it('lets everything through in the order of the dataset when nothing is asked', () => {
    expect(find(list, {})).toEqual([0, 1, 2, 12]);
    expect(inUse(EVERYTHING)).toBe(0);
  });

  it('wants every word somewhere, in any case, and takes #12 for a place', () => {
    expect(find(list, { text: 'TARGET reach' })).toEqual([1]);
    expect(find(list, { text: 'slow left' })).toEqual([12]);
    expect(find(list, { text: 'policy' })).toEqual([2]);
    expect(find(list, { text: '#12' })).toEqual([12]);
    expect(find(list, { text: '#1' })).toEqual([1]);
  });

  it('filters by task, label, tag, pilot, intervention and length', () => {
    expect(find(list, { task: 'push the cube' })).toEqual([0, 2, 12]);
    expect(find(list, { label: 'failure' })).toEqual([1]);
    expect(find(list, { label: 'unjudged' })).toEqual([2]);
    expect(find(list, { tag: 'slow' })).toEqual([0, 12]);
    expect(find(list, { pilot: 'policy' })).toEqual([2]);
    expect(find(list, { interventions: true })).toEqual([2]);
    expect(find(list, { seconds: [5, 15] })).toEqual([0, 2]);
  });

  it('shows what is not judged for quality only while the whole range is wanted', () => {
    const scores: [string, number][] = [
      ['e-0', 90],
      ['e-1', 40],
    ];
    expect(find(list, { quality: [0, 100] }, scores)).toEqual([0, 1, 2, 12]);
    expect(find(list, { quality: [0, 50] }, scores)).toEqual([1]);
  });

  it('sorts both ways; what has no value comes last', () => {
    expect(find(list, { descending: true })).toEqual([12, 2, 1, 0]);
    expect(find(list, { sort: 'date' })).toEqual([2, 0, 12, 1]);
    expect(find(list, { sort: 'date', descending: true })).toEqual([12, 0, 2, 1]);
    expect(find(list, { sort: 'length' })).toEqual([1, 0, 2, 12]);
    expect(find(list, { sort: 'quality', descending: true }, [['e-1', 1]])).toEqual([1, 0, 2, 12]);
  });

  it('never changes the list that it is given', () => {
    const before = places(list);
    for (const sort of ['index', 'date', 'length', 'quality'] as const) find(list, { sort, descending: true });
    expect(places(list)).toEqual(before);
  });

  it('counts what there is to choose from, most frequent first', () => {
    expect(facets(list).tags).toEqual([
      { value: 'slow', count: 2 },
      { value: 'left side', count: 1 },
    ]);
    expect(facets(list).pilots[0]).toEqual({ value: 'person', count: 4 });
    expect(facets(list).longest).toBe(20);
  });
});

describe('selection', () => {
  const order = ['a', 'b', 'c', 'd', 'e'];
  const chosen = (s: Selection) => order.filter((id) => s.ids.has(id)).join('');

  it('reaches with Shift from where it began, there and back', () => {
    const from = pick(order, NOTHING, 'b');
    expect(chosen(pick(order, from, 'd', { shift: true }))).toBe('bcd');
    expect(chosen(pick(order, pick(order, from, 'd', { shift: true }), 'a', { shift: true }))).toBe('ab');
  });

  it('adds and takes away with Ctrl', () => {
    const two = pick(order, only('a'), 'c', { ctrl: true });
    expect(chosen(two)).toBe('ac');
    expect(chosen(pick(order, two, 'a', { ctrl: true }))).toBe('c');
    expect(chosen(pick(order, two, 'e', { ctrl: true, shift: true }))).toBe('acde');
  });

  it('moves to the ends and no further', () => {
    expect(step(order, only('b'), Number.NEGATIVE_INFINITY).focus).toBe('a');
    expect(step(order, only('b'), Number.POSITIVE_INFINITY).focus).toBe('e');
    expect(step(order, only('e'), 1).focus).toBe('e');
    expect(step(order, NOTHING, 1).focus).toBe('a');
    expect(chosen(step(order, only('c'), Number.POSITIVE_INFINITY, true))).toBe('cde');
    expect(step([], only('c'), 1)).toEqual(NOTHING);
  });

  it('goes on with the row that took the place of a deleted one', () => {
    expect(keep(order, ['a', 'b', 'd', 'e'], only('c')).focus).toBe('d');
    expect(keep(order, ['a', 'b'], only('e')).focus).toBe('b');
    expect(keep(order, [], only('e'))).toEqual(NOTHING);
  });

  it('holds only rows that are there and always has a focus, whatever happens to the list', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...order));
    const held = fc.record({ shift: fc.boolean(), ctrl: fc.boolean() });
    fc.assert(
      fc.property(ids, ids, fc.array(fc.tuple(fc.constantFrom(...order), held)), (before, after, clicks) => {
        let now = NOTHING;
        for (const [id, keys] of clicks) if (before.includes(id)) now = pick(before, now, id, keys);
        const next = keep(before, after, now);
        for (const id of next.ids) expect(after).toContain(id);
        if (after.length > 0) expect(after).toContain(next.focus);
        else expect(next.focus).toBeNull();
      }),
    );
  });

  it('takes all', () => expect(chosen(all(order, NOTHING))).toBe('abcde'));
});

describe('window of a long list', () => {
  it('holds every row that can be seen and only few others', () => {
    const px = fc.integer({ min: 0, max: 600_000 });
    fc.assert(
      fc.property(
        px,
        fc.integer({ min: 50, max: 2000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (scroll, height, count) => {
          const { first, end } = windowOf(scroll, height, 58, count);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - first).toBeLessThanOrEqual(Math.ceil(height / 58) + 10);
          for (let y = scroll; y < scroll + height; y += 29) {
            const row = Math.floor(y / 58);
            if (row < count) expect(row >= first && row < end).toBe(true);
          }
        },
      ),
    );
  });

  it('scrolls no further than needed', () => {
    expect(scrollTo(5, 0, 580, 58)).toBe(0);
    expect(scrollTo(10, 0, 580, 58)).toBe(58);
    expect(scrollTo(2, 300, 580, 58)).toBe(116);
  });
});

describe('labels of many', () => {
  it('says what they have in common and where they differ', () => {
    const same = common([episode(0, { tags: ['a', 'b'] }), episode(1, { tags: ['b'], success: false })]);
    expect(same).toEqual({
      task: 'push the cube',
      label: 'mixed',
      tags: [
        { tag: 'a', all: false },
        { tag: 'b', all: true },
      ],
    });
    expect(common([episode(0), episode(1, { task: 'x' })]).task).toBeNull();
    expect(common([episode(0, { success: null })]).label).toBe('unjudged');
  });

  it('merges only what belongs together', () => {
    expect(mergeProblem([episode(0)])).not.toBeNull();
    expect(mergeProblem([episode(0), episode(1, { task: 'x' })])).toMatch(/task/);
    expect(mergeProblem([episode(0), episode(1, { cameras: [] })])).toMatch(/camera/);
    expect(mergeProblem([episode(0), episode(1)])).toBeNull();
  });
});
