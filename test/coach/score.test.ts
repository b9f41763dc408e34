import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Episode } from '../../src-main/core/episode';
import { clip, drag, drop, pause, shake, truncate, waitAtEnd } from './damage';
import { judged, judgedAmong } from './judged';
import { expertTakes, type Takes } from './takes';

/** The expert's own demonstrations, from the simulator. */
const TASKS = ['reach', 'push', 'pick-place'] as const;
const takes = new Map<(typeof TASKS)[number], Takes>();
beforeAll(async () => {
  for (const task of TASKS) takes.set(task, await expertTakes(task, 12));
}, 240_000);
const of = (task: (typeof TASKS)[number]): Takes => {
  const found = takes.get(task);
  if (!found) throw new Error(`no takes of ${task}`);
  return found;
};

describe.each(TASKS)('the score of %s', (task) => {
  /** A spoiled copy of some takes: their scores before and after, and the first reason of each. */
  const spoiled = (damage: (episode: Episode) => Episode) => {
    const { spec, episodes } = of(task);
    return episodes.slice(0, 5).map((episode) => ({
      before: judgedAmong(episode, episodes, spec).score,
      ...judgedAmong(damage(episode), episodes, spec),
    }));
  };
  const expectFirst = (damage: (episode: Episode) => Episode, kinds: readonly string[], least: number) => {
    for (const { before, score, reasons } of spoiled(damage)) {
      expect(before - score).toBeGreaterThanOrEqual(least);
      expect(kinds).toContain(reasons[0]?.kind);
    }
  };

  it('is at least 85 for what the expert shows', () => {
    const { spec, episodes } = of(task);
    for (const { score } of judged(episodes, spec).episodes) expect(score).toBeGreaterThanOrEqual(85);
  });

  it('falls for waiting before the first motion', () => expectFirst((e) => pause(e, 0, 60), ['idle'], 10));
  it('falls for waiting at the end', () => expectFirst((e) => waitAtEnd(e, 75), ['idle'], 10));
  it('falls for a pause on the way', () => expectFirst((e) => pause(e, 20, 60), ['idle'], 10));
  it('falls for trembling', () => expectFirst((e) => shake(e, 0.015), ['jerk'], 15));
  it('falls for commands that the clamp changed', () => expectFirst((e) => clip(e, 0.4), ['clipped'], 10));
  it('falls for rows that were never recorded', () => expectFirst((e) => drop(e, 8), ['dropped'], 12));
  it('falls for a take that stops too early', () => expectFirst((e) => truncate(e, 0.35), ['label', 'length'], 10));
  it('falls for a take that lasts five times as long', () => expectFirst((e) => drag(e, 5), ['length', 'idle'], 15));
  it('falls when nobody has judged it', () => expectFirst((e) => ({ ...e, success: null }), ['label', 'idle'], 3));
  it('falls for failures that end like successes', () => {
    const named = spoiled((e) => ({ ...e, success: false })).filter(({ reasons }) =>
      reasons.some(({ kind }) => kind === 'label'),
    );
    expect(named.length).toBeGreaterThanOrEqual(3);
    for (const { before, score } of named) expect(score).toBeLessThan(before);
  });

  it('falls further the worse the damage is', () => {
    const { spec, episodes } = of(task);
    const [episode] = episodes;
    if (!episode) throw new Error('no take');
    const scores = (list: readonly Episode[]) => list.map((one) => judgedAmong(one, episodes, spec).score);
    const falling = (list: readonly number[]) => list.every((score, i) => i === 0 || score <= (list[i - 1] ?? 0));
    expect(falling(scores([0, 30, 60, 120].map((n) => pause(episode, 15, n))))).toBe(true);
    expect(falling(scores([0, 0.005, 0.01, 0.02].map((a) => shake(episode, a))))).toBe(true);
    expect(falling(scores([0.1, 0.3, 0.6].map((share) => clip(episode, share))))).toBe(true);
  });
});

describe('a score', () => {
  it('is 0 … 100 and is 100 less the costs of its reasons, for rows of any kind', () => {
    const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    const row = fc.record({
      state: fc.array(number, { minLength: 2, maxLength: 2 }),
      action: fc.array(number, { minLength: 2, maxLength: 2 }),
      step: fc.double({ min: 0, max: 3, noNaN: true }),
      clamped: fc.constantFrom('', 'speed:1', 'limit:0 step:1', '?'),
    });
    const spec = {
      robot: 'any',
      joints: [
        { name: 'a', unit: 'rad' as const },
        { name: 'b', unit: 'raw' as const },
      ],
      environment: [],
      fps: 30,
      cameras: [],
    };
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.array(row, { minLength: 1, maxLength: 40 }),
            fc.constantFrom(true, false, null),
            fc.constantFrom('a', 'A.', 'b'),
          ),
          { minLength: 1, maxLength: 12 },
        ),
        (list) => {
          const episodes = list.map(([rows, success, task], index): Episode => {
            let t = 0;
            return {
              index,
              id: `e${index}`,
              task,
              success,
              tags: [],
              recorded: null,
              length: rows.length,
              duration: rows.length / 30,
              pilots: [],
              interventions: 0,
              cameras: [],
              rows: rows.map(({ step, ...rest }) => {
                t += step;
                return { ...rest, t, asked: rest.action, environment: [], pilot: 'person', intervention: false };
              }),
            };
          });
          const quality = judged(episodes, spec);
          for (const { score, reasons, figures } of quality.episodes) {
            const cost = reasons.reduce((sum, reason) => sum + reason.cost, 0);
            expect(score).toBe(Math.max(0, 100 - cost));
            expect(reasons.every((r, i) => r.cost > 0 && r.cost <= (reasons[i - 1]?.cost ?? 100))).toBe(true);
            expect(Object.values(figures).every(Number.isFinite)).toBe(true);
          }
          expect(quality.advice.length).toBeLessThanOrEqual(6);
          const shuffled = judged([...episodes].reverse(), spec);
          const scores = (all: typeof quality) =>
            new Map(all.episodes.map(({ id, score, reasons }) => [id, { score, reasons }]));
          expect(scores(shuffled)).toEqual(scores(quality));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the siblings, nor does the advice', () => {
    const { spec, episodes } = of('pick-place');
    const mixed = [...episodes].sort((a, b) => ((a.length * 7919) % 101) - ((b.length * 7919) % 101));
    const [a, b] = [judged(episodes, spec), judged(mixed, spec)];
    const sorted = (quality: typeof a) => [...quality.episodes].sort((x, y) => (x.id < y.id ? -1 : 1));
    expect(sorted(b)).toEqual(sorted(a));
    expect(b.advice.map(({ title }) => title)).toEqual(a.advice.map(({ title }) => title));
  });
});
