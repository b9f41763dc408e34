import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/core/random';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { judge } from '../../../src-main/learner/rl/critic';
import { Experience } from '../../../src-main/learner/rl/experience';
import { transitionsOf } from '../../../src-main/learner/rl/transitions';
import { toyPolicy, toyRow } from './toy';

let engine: Engine;
let tensors = 0;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(() => {
  tensors = engine.tf.memory().numTensors;
});
afterEach(() => expect(engine.tf.memory().numTensors).toBe(tensors));

const options = { horizon: 2, discount: 0.5, rate: 10 };

describe('steps of an experience', () => {
  it('carry the executed chunk, a reward only where the episode ends well, and no future beyond its end', () => {
    const experience = new Experience(toyPolicy());
    experience.add({ rows: [0, 1, 2].map((k) => toyRow(k * 0.1, (k + 1) * 0.1, 0.3)), success: true, task: '' });
    experience.add({ rows: [toyRow(0, -0.1, 0.3), toyRow(-0.1, -0.2, 0.3)], success: false, task: '' });
    const { packed, width, count } = transitionsOf(experience, options);
    const row = (r: number): number[] => [...packed.subarray(r * width, r * width + 4)];
    expect(count).toBe(5);
    const perRow = 0.5 ** 0.1;
    // Chunk relative to where the joint was, in units of 0.1; then the reward; then the discount of what comes after.
    const expected = [
      [1, 2, perRow ** 2, 0],
      [1, 2, perRow, 0],
      [1, 1, 1, 0],
      [-1, -2, 0, 0],
      [-1, -1, 0, 0],
    ];
    for (const [r, values] of expected.entries()) {
      for (const [i, value] of values.entries()) expect(row(r)[i]).toBeCloseTo(value, 5);
    }
  });

  it('end, unrewarded, where a person had to take over; what the person did is rewarded', () => {
    const experience = new Experience(toyPolicy());
    const rows = [
      toyRow(0, -0.1, 0.3),
      toyRow(-0.1, -0.2, 0.3),
      toyRow(-0.2, 0, 0.3, 'person'),
      toyRow(0, 0.3, 0.3, 'person'),
    ];
    experience.add({ rows, success: true, task: '' });
    const { packed, width } = transitionsOf(experience, options);
    const reward = (r: number): number => packed[r * width + 2] as number;
    const discount = (r: number): number => packed[r * width + 3] as number;
    expect([reward(0), discount(0)]).toEqual([0, 0]);
    expect([reward(1), discount(1)]).toEqual([0, 0]);
    expect(reward(2)).toBeGreaterThan(0.9);
  });
});

describe('the critic', () => {
  it('prefers the chunk that leads to success to the one that does not, from the same state, and values near above far', async () => {
    const random = new Random(3);
    const experience = new Experience(toyPolicy());
    // A walk to a goal at 0.5 or −0.5: who goes the right way arrives, who goes the other way does not.
    for (let e = 0; e < 24; e++) {
      const goal = e % 2 === 0 ? 0.5 : -0.5;
      const way = Math.sign(goal) * (e % 4 < 2 ? 1 : -1);
      let x = 0.05 * random.normal();
      const rows = [];
      for (let k = 0; k < 5; k++) {
        rows.push(toyRow(x, x + way * 0.1, goal));
        x += way * 0.1;
      }
      experience.add({ rows, success: Math.abs(x - goal) < 0.3, task: '' });
    }
    const transitions = transitionsOf(experience, options);
    const { value, quality } = await judge(engine, transitions, { steps: 300, compile: true }, new Random(1));
    const mean = (rows: number[], of: Float32Array): number =>
      rows.reduce((sum, r) => sum + (of[r] as number), 0) / rows.length;
    const good = experience.episodes.filter((e) => e.success).map((e) => e.start);
    const bad = experience.episodes.filter((e) => !e.success).map((e) => e.start);
    expect(mean(good, quality)).toBeGreaterThan(mean(bad, quality) + 0.3);
    // Same states, so the same value: the advantage tells the chunks apart.
    const advantage = quality.map((q, r) => q - (value[r] as number));
    expect(mean(good, advantage)).toBeGreaterThan(mean(bad, advantage) + 0.2);
    expect(mean(bad, advantage)).toBeLessThan(0);
    const nearly = experience.episodes.filter((e) => e.success).map((e) => e.end);
    expect(mean(nearly, value)).toBeGreaterThan(mean(good, value));
  });
});
