import { describe, expect, it } from 'vitest';
import { aboutZ, type Vec3 } from '../../src-main/core/pose';
import { Random } from '../../src-main/core/random';
import type { Expert } from '../../src-main/sim/experts';
import { createExpert } from '../../src-main/sim/experts';
import { FENCE } from '../../src-main/sim/tasks/detour';
import { CUE, GO } from '../../src-main/sim/tasks/recall';
import { HIDDEN } from '../../src-main/sim/tasks/task';
import type { SimWorld } from '../../src-main/sim/world';
import { pass, profile, worldsOfOneTest } from './support';

const make = worldsOfOneTest();
const put = (world: SimWorld, name: string, pos: Vec3) => world.place(name, { pos, quat: aboutZ(0) });
const value = (world: SimWorld, name: string) => world.environment()[world.task.environment.indexOf(name)] ?? 9;
const cued = (world: SimWorld) => (value(world, 'cue.on.left') > 0 ? 'left' : 'right');

/** Where the sticks of an expert point at this instant, were the tool where it is. */
const wish = (expert: Expert, world: SimWorld) => expert.stick(world.joints());

describe('detour', () => {
  it('is driven past the left and past the right about equally often, wherever the target is', async () => {
    const { world, clock } = await make('detour');
    let left = 0;
    let towardsTarget = 0;
    const starts = 60;
    for (let seed = 1; seed <= starts; seed++) {
      world.reset(seed);
      const expert = createExpert('detour', world, new Random(seed));
      // The tool does not move: only the time passes, until the way is chosen.
      pass(clock, world, 2.8);
      const { y } = wish(expert, world);
      if (y > 0) left++;
      if (y * (world.object('target').pos[1] - world.tool().pos[1]) > 0) towardsTarget++;
    }
    expect(Math.abs(left - starts / 2)).toBeLessThan(12);
    expect(Math.abs(towardsTarget - starts / 2)).toBeLessThan(15);
  });

  it('stays with the way it chose', async () => {
    const { world, clock } = await make('detour', 4);
    const expert = createExpert('detour', world, new Random(4));
    pass(clock, world, 2.8);
    const sides = Array.from({ length: 60 }, () => {
      pass(clock, world, 1 / 60);
      return Math.sign(wish(expert, world).y);
    });
    expect(new Set(sides).size).toBe(1);
  });

  it('has a fence that stops an arm which drives straight at the target', async () => {
    const { world, clock } = await make('detour', 2);
    const { Kinematics } = await import('../../src-main/teleop/kinematics');
    const arm = Kinematics.of(profile);
    const drive = (x: number, seconds: number) => {
      const now = Array.from({ length: 6 }, (_, i) => world.plant.position(i));
      const { angles } = arm.solve(now, { pos: [x, 0, 0.028], pitch: -1.3 });
      angles.forEach((angle, joint) => {
        world.plant.drive(joint, angle, 1);
      });
      pass(clock, world, seconds);
    };
    drive(0.17, 1);
    for (let x = 0.18; x < 0.32; x += 0.005) drive(x, 0.1);
    drive(0.32, 1);
    expect(world.tool().pos[0]).toBeGreaterThan(FENCE.front - 0.02);
    expect(world.tool().pos[0]).toBeLessThan(FENCE.back);
    expect(world.success()).toBe(false);
  });
});

describe('recall', () => {
  it('shows the cue at the right marker for its time and nowhere afterwards', async () => {
    const { world, clock } = await make('recall');
    const asked = { left: 0, right: 0 };
    for (let seed = 1; seed <= 40; seed++) {
      world.reset(seed);
      const right = cued(world);
      asked[right]++;
      expect(value(world, 'cue.on.left') + value(world, 'cue.on.right')).toBe(1);
      expect(world.scene().objects.cue?.pos).toEqual(world.object(right).pos);
      pass(clock, world, CUE + 0.02);
      expect([value(world, 'cue.on.left'), value(world, 'cue.on.right')]).toEqual([0, 0]);
      expect(world.scene().objects.cue).toEqual(HIDDEN);
      expect(world.scene().objects.go).toEqual(HIDDEN);
    }
    expect(Math.min(asked.left, asked.right)).toBeGreaterThan(10);
  });

  it('tells a policy the same in both cases once the cue is off', async () => {
    const { world, clock } = await make('recall');
    world.reset(3);
    const { left, right } = { left: world.object('left'), right: world.object('right') };
    const seen = [left, right].map((answer) => {
      world.reset(3);
      world.place('answer', answer);
      pass(clock, world, GO + 0.1);
      return world.environment();
    });
    expect(seen[0]).toEqual(seen[1]);
    expect(world.task.objects.some(({ name }) => name === 'answer')).toBe(false);
  });

  it('is driven without a sign of the cue until the green light', async () => {
    const { world, clock } = await make('recall');
    const sticks = (['left', 'right'] as const).map((answer) => {
      world.reset(5);
      world.place('answer', world.object(answer));
      const expert = createExpert('recall', world, new Random(5));
      const before = [0.1, 0.6, 1.1, GO - 0.1].map((until) => {
        pass(clock, world, until - world.elapsed);
        return wish(expert, world);
      });
      pass(clock, world, GO + 0.1 - world.elapsed);
      return { before, after: wish(expert, world) };
    });
    expect(sticks[0]?.before).toEqual(sticks[1]?.before);
    expect((sticks[0]?.after.y ?? 0) * (sticks[1]?.after.y ?? 0)).toBeLessThan(0);
  });

  it('counts the right marker after the green light only, and not when the wrong one was touched before', async () => {
    const { world, clock } = await make('recall');
    const far: Vec3 = [0.25, 0.09, 0.08];
    const tryIt = (steps: (right: string, wrong: string) => void) => {
      world.reset(6);
      const right = cued(world);
      const wrong = right === 'left' ? 'right' : 'left';
      // The markers come to the tool instead of the tool to the markers; `answer` goes with the right one.
      put(world, wrong, [0.25, -0.09, 0.08]);
      put(world, right, far);
      put(world, 'answer', far);
      steps(right, wrong);
      return world.success();
    };
    const touch = (name: string, seconds: number) => {
      const away = world.object(name).pos;
      put(world, name, world.tool().pos);
      pass(clock, world, seconds);
      const won = world.success();
      if (!won) put(world, name, away);
    };
    const bring = (right: string) => {
      put(world, 'answer', world.tool().pos);
      touch(right, 0.5);
    };
    expect(tryIt((right) => bring(right))).toBe(false);
    expect(
      tryIt((right) => {
        pass(clock, world, GO);
        bring(right);
      }),
    ).toBe(true);
    expect(
      tryIt((right, wrong) => {
        pass(clock, world, GO);
        touch(wrong, 0.1);
        bring(right);
      }),
    ).toBe(false);
  });

  it('begins anew with a trial or a take: the cue is shown again, and an old mistake is forgiven', async () => {
    const { world, clock } = await make('recall', 7);
    const right = cued(world);
    pass(clock, world, 3);
    expect(value(world, 'go.shown')).toBe(1);
    world.begin();
    expect(value(world, 'go.shown')).toBe(0);
    expect(cued(world)).toBe(right);
    expect(value(world, `cue.on.${right}`)).toBe(1);
  });
});
