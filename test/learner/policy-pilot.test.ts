import { describe, expect, it } from 'vitest';
import type { PolicySpec } from '../../src-main/core/policy';
import type { Observation, RobotSpec, Vector } from '../../src-main/core/types';
import { PolicyPilot } from '../../src-main/learner/policy-pilot';

const spec: PolicySpec = {
  kind: 'mlp',
  robot: 'fake',
  task: '',
  tasks: [],
  observation: { joints: ['a'], environment: [], cameras: [] },
  action: ['a'],
  history: 1,
  chunk: 8,
  execute: 4,
  rate: 30,
};
const robot: RobotSpec = {
  kind: 'fake',
  title: 'Fake',
  joints: [{ name: 'a', unit: 'rad', min: -9, max: 9, maxSpeed: 9 }],
};
const at = (n: number, joint = 0): Observation => ({ t: n / 60, joints: [joint], environment: [] });
const flush = () => new Promise((resolve) => setImmediate(resolve));

describe('a policy at the stick', () => {
  it('holds still until the first chunk is there, then plays it by time between its actions', async () => {
    const pilot = new PolicyPilot({
      spec,
      act: async ([seen]) => Array.from({ length: 8 }, (_, k) => [seen!.t * 30 + k]),
    });
    await pilot.start(robot, at(0));
    expect(pilot.next(at(0))).toBeNull();
    await pilot.idle();
    const targets: number[] = [];
    for (let n = 1; n < 60; n++) {
      targets.push((pilot.next(at(n)) as Vector)[0] as number);
      await pilot.idle();
    }
    // After the blend the target is exactly the plan, which here is time itself, at every control tick.
    for (const [i, value] of targets.slice(10).entries()) expect(value).toBeCloseTo((i + 11) / 2, 6);
  });

  it('begins where the robot is and never jumps, although each plan wants to be elsewhere', async () => {
    let sign = 1;
    const pilot = new PolicyPilot({
      spec,
      act: async () => {
        sign = -sign;
        return Array.from({ length: 8 }, () => [sign]);
      },
    });
    await pilot.start(robot, at(0, 0.3));
    let last = 0.3;
    for (let n = 0; n < 120; n++) {
      const target = pilot.next(at(n, last));
      await pilot.idle();
      if (!target) continue;
      // A jump of 2 spread over the blend of 6 ticks.
      expect(Math.abs((target[0] as number) - last)).toBeLessThanOrEqual(2 / 6 + 1e-9);
      last = target[0] as number;
    }
    expect(sign).not.toBe(0);
  });

  it('holds still when the policy is too slow, and asks no second time meanwhile', async () => {
    let calls = 0;
    let release: (actions: Vector[]) => void = () => undefined;
    const pilot = new PolicyPilot({
      spec,
      act: () => {
        calls++;
        return calls === 1
          ? Promise.resolve(Array.from({ length: 8 }, () => [1]))
          : new Promise((resolve) => (release = resolve));
      },
    });
    await pilot.start(robot, at(0));
    pilot.next(at(0));
    await pilot.idle();
    const held: boolean[] = [];
    for (let n = 1; n < 60; n++) held.push(pilot.next(at(n)) === null);
    expect(held.slice(0, 14)).not.toContain(true);
    expect(held.slice(20)).not.toContain(false);
    expect(calls).toBe(2);
    release(Array.from({ length: 60 }, () => [1]));
    await flush();
    expect(pilot.next(at(61))).not.toBeNull();
  });

  it('asks before its actions are used up, so that a policy with some delay never starves it', async () => {
    const answers: (() => void)[] = [];
    const pilot = new PolicyPilot({
      spec,
      act: () => new Promise((resolve) => answers.push(() => resolve(Array.from({ length: 8 }, () => [0])))),
    });
    await pilot.start(robot, at(0));
    pilot.next(at(0));
    answers.shift()?.();
    await flush();
    let starved = 0;
    let askedAt = 0;
    for (let n = 1; n < 240; n++) {
      const before = answers.length;
      if (pilot.next(at(n)) === null) starved++;
      if (answers.length > before) askedAt = n;
      if (answers.length > 0 && n - askedAt >= 5) answers.shift()?.(); // 83 ms late
      await flush();
    }
    expect(starved).toBe(0);
  });

  it('reports a failing policy, holds still, and tries again later', async () => {
    const faults: unknown[] = [];
    let broken = true;
    const pilot = new PolicyPilot({
      spec,
      act: async () => {
        if (broken) throw new Error('lost my mind');
        return [[1]];
      },
      onFault: (error) => faults.push(error),
    });
    await pilot.start(robot, at(0));
    for (let n = 0; n < 30; n++) {
      expect(pilot.next(at(n))).toBeNull();
      await pilot.idle();
    }
    expect(faults).toHaveLength(1);
    broken = false;
    pilot.next(at(90));
    await pilot.idle();
    expect(pilot.next(at(91))).not.toBeNull();
  });

  it.each([
    ['not numbers', [[Number.NaN]]],
    ['of another arm', [[1, 2]]],
    ['nothing', []],
  ])('refuses actions that are %s', async (_what, actions) => {
    const faults: unknown[] = [];
    const pilot = new PolicyPilot({ spec, act: async () => actions, onFault: (error) => faults.push(error) });
    await pilot.start(robot, at(0));
    pilot.next(at(0));
    await pilot.idle();
    expect(pilot.next(at(1))).toBeNull();
    expect(faults).toHaveLength(1);
  });

  it('drops an answer that comes after somebody took over', async () => {
    let release: (actions: Vector[]) => void = () => undefined;
    const pilot = new PolicyPilot({ spec, act: () => new Promise((resolve) => (release = resolve)) });
    await pilot.start(robot, at(0));
    pilot.next(at(0));
    await pilot.stop();
    release([[5]]);
    await flush();
    expect(pilot.next(at(1))).toBeNull();
    await pilot.start(robot, at(2));
    expect(pilot.next(at(2))).toBeNull();
  });

  it('refuses a robot with other joints before it moves', async () => {
    const pilot = new PolicyPilot({ spec: { ...spec, action: ['b'] }, act: async () => [[0]] });
    await expect(pilot.start(robot, at(0))).rejects.toMatchObject({ kind: 'incompatible' });
    expect(pilot.next(at(0))).toBeNull();
  });

  it('shows the policy as many observations as it looks back on, oldest first', async () => {
    const lengths: number[][] = [];
    const pilot = new PolicyPilot({
      spec: { ...spec, history: 3 },
      act: async (history) => {
        lengths.push(history.map((o) => Math.round(o.t * 30)));
        return Array.from({ length: 8 }, () => [0]);
      },
    });
    await pilot.start(robot, at(0));
    for (let n = 0; n < 20; n++) {
      pilot.next(at(n));
      await pilot.idle();
    }
    expect(lengths[0]).toEqual([0, 0, 0]);
    expect(lengths[1]).toEqual([2, 3, 4]);
  });
});
