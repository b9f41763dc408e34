import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/core/random';
import { Champion } from '../../../src-main/learner/rl/champion';
import { Experience } from '../../../src-main/learner/rl/experience';
import { exploring } from '../../../src-main/learner/rl/explore';
import { Starts } from '../../../src-main/learner/rl/starts';
import { resample, weigh } from '../../../src-main/learner/rl/weigh';
import { toyPolicy, toyRow } from './toy';

const options = { by: 'success', temperature: 1, demonstrations: 0.25, rate: 10 } as const;
const rows = (count: number, driver: 'expert' | 'policy' | 'person' = 'policy') =>
  Array.from({ length: count }, (_, k) => toyRow(k * 0.01, (k + 1) * 0.01, 0.5, driver));
const sum = (weights: Float32Array, from: number, to: number): number =>
  weights.subarray(from, to).reduce((total, weight) => total + weight, 0);

describe('what a row weighs', () => {
  it('is nothing in a failed rollout, and demonstrations keep their share however many rollouts there are', () => {
    const experience = new Experience(toyPolicy());
    experience.add({ rows: rows(10, 'expert'), success: true, task: '' });
    experience.add({ rows: rows(200), success: true, task: '' });
    experience.add({ rows: rows(100), success: false, task: '' });
    const weights = weigh(experience, null, options);
    expect(sum(weights, 210, 310)).toBe(0);
    expect(sum(weights, 0, 10) / sum(weights, 0, 310)).toBeCloseTo(0.25, 5);
    expect(sum(weights, 0, 310)).toBeCloseTo(310, 2);
  });

  it('is most where a person took over, and nothing in the second that led there', () => {
    const experience = new Experience(toyPolicy());
    experience.add({ rows: rows(40, 'expert'), success: null, task: '' });
    experience.add({ rows: [...rows(20), ...rows(5, 'person'), ...rows(5)], success: true, task: '' });
    const weights = weigh(experience, null, options);
    expect(weights[50]).toBe(0);
    expect(weights[59]).toBe(0);
    expect(weights[49]).toBeGreaterThan(0);
    expect((weights[60] as number) / (weights[0] as number)).toBeCloseTo(3, 5);
    expect(weights[66]).toBeGreaterThan(0);
  });

  it('grows with the advantage; of a failed rollout only outstanding rows count', () => {
    const experience = new Experience(toyPolicy());
    experience.add({ rows: rows(4), success: true, task: '' });
    experience.add({ rows: rows(4), success: false, task: '' });
    const quality = Float32Array.from([0, 0.1, 0.2, 0.3, 0, 0, -0.3, 0.9]);
    const weights = weigh(experience, { quality, value: new Float32Array(8) }, { ...options, by: 'advantage' });
    expect(weights[3]).toBeGreaterThan(weights[0] as number);
    expect([...weights.subarray(4, 7)]).toEqual([0, 0, 0]);
    expect(weights[7]).toBeGreaterThan(weights[3] as number);
  });

  it('shows in how often a row is drawn, exactly so for whole numbers, and never at weight 0', () => {
    const drawn = resample(Float32Array.of(2, 0, 1, 3), 6, new Random(1));
    expect([0, 1, 2, 3].map((row) => drawn.filter((r) => r === row).length)).toEqual([2, 0, 1, 3]);
    expect(resample(new Float32Array(3), 6, new Random(1))).toHaveLength(0);
  });
});

describe('experience', () => {
  it('refuses rows of another robot, and numbers that are none', () => {
    const experience = new Experience(toyPolicy());
    const bad = { ...toyRow(0, 0, 0), state: [0, 0] };
    expect(() => experience.add({ rows: [bad], success: true, task: '' })).toThrow(/does not have the values/);
    const nan = toyRow(Number.NaN, 0, 0);
    expect(() => experience.add({ rows: [nan], success: true, task: '' })).toThrow(/not a number/);
    expect(experience.rows).toBe(0);
  });

  it('gives back what it was given, however much was added since', () => {
    const experience = new Experience(toyPolicy());
    for (let e = 0; e < 30; e++) experience.add({ rows: rows(7), success: true, task: '' });
    const samples = experience.samples(Int32Array.of(0));
    expect(samples.rows).toBe(210);
    expect([samples.starts[8], samples.ends[8]]).toEqual([7, 13]);
    expect(samples.inputs[2 * 8]).toBeCloseTo(0.01, 6);
    expect(samples.actions[13]).toBeCloseTo(0.07, 6);
  });
});

describe('exploring', () => {
  it('moves all actions of a chunk alike, and the next chunk in nearly the same way', async () => {
    const act = exploring(async () => [[0], [1]], [1], new Random(5));
    const offsets: number[] = [];
    for (let i = 0; i < 400; i++) {
      const [first, second] = (await act([])) as [number[], number[]];
      expect((second[0] as number) - (first[0] as number)).toBeCloseTo(1, 9);
      offsets.push(first[0] as number);
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const variance = mean(offsets.map((o) => o * o));
    expect(variance).toBeGreaterThan(0.4);
    expect(variance).toBeLessThan(2);
    expect(mean(offsets.slice(1).map((o, i) => o * (offsets[i] as number))) / variance).toBeGreaterThan(0.6);
  });

  it('comes back to starts that failed until they are mastered, and never gives a fresh one twice', () => {
    const starts = new Starts(100);
    const random = new Random(2);
    const first = starts.fresh();
    starts.tell(first, false);
    const picks = Array.from({ length: 200 }, () => starts.practise(random, 0.5));
    const again = picks.filter((start) => start === first).length;
    expect(again).toBeGreaterThan(60);
    expect(again).toBeLessThan(140);
    const fresh = picks.filter((start) => start !== first);
    expect(new Set(fresh).size).toBe(fresh.length);
    starts.tell(first, true);
    expect(starts.hard).toBe(0);
    expect(starts.practise(random, 1)).not.toBe(first);
  });
});

describe('the champion', () => {
  const [a, b] = [new Float32Array(1), new Float32Array(1)];

  it('is not dethroned by one lucky check: both are measured again', async () => {
    const champion = new Champion({ weights: a, tally: { successes: 8, trials: 10 } });
    const measured: Float32Array[] = [];
    const won = await champion.challenge({ weights: b, tally: { successes: 10, trials: 10 } }, async (weights) => {
      measured.push(weights);
      return { successes: weights === b ? 3 : 8, trials: 10 };
    });
    expect(won).toBe(false);
    expect(measured).toEqual([b, a]);
    expect(champion.holder).toEqual({ weights: a, tally: { successes: 16, trials: 20 } });
  });

  it('gives way to who is better on all checks together, and costs nothing when the challenger is plainly worse', async () => {
    const champion = new Champion({ weights: a, tally: { successes: 5, trials: 10 } });
    const never = async (): Promise<never> => {
      throw new Error('no need to measure');
    };
    expect(await champion.challenge({ weights: b, tally: { successes: 4, trials: 10 } }, never)).toBe(false);
    const same = async () => ({ successes: 7, trials: 10 });
    expect(await champion.challenge({ weights: b, tally: { successes: 9, trials: 10 } }, same)).toBe(true);
    expect(champion.holder.weights).toBe(b);
  });
});
