import { describe, expect, it } from 'vitest';
import { aboutZ, norm, sub, type Vec3 } from '../../src-main/core/pose';
import { toHinge } from '../../src-main/core/profile';
import { TASK_IDS } from '../../src-main/core/task';
import { TRAY } from '../../src-main/sim/tasks/pick-place';
import { HIDDEN } from '../../src-main/sim/tasks/task';
import type { SimWorld } from '../../src-main/sim/world';
import { Kinematics } from '../../src-main/teleop/kinematics';
import { pass, profile, worldsOfOneTest } from './support';

const make = worldsOfOneTest();

const put = (world: SimWorld, name: string, pos: Vec3) => world.place(name, { pos, quat: aboutZ(0) });

describe('the values that a demonstration keeps of the table', () => {
  it('say enough to put everything back: restored, the task tells the same values', async () => {
    for (const task of TASK_IDS) {
      const { world } = await make(task);
      for (let seed = 0; seed < 30; seed++) {
        world.reset(seed);
        const kept = world.environment().map(Math.fround);
        for (const name of Object.keys(world.scene().objects)) put(world, name, [0.3, 0.2, 0.05]);
        expect(Math.max(...world.environment().map((value, i) => Math.abs(value - (kept[i] ?? 9))))).toBeGreaterThan(
          0.01,
        );
        world.restore(kept);
        world.environment().forEach((value, i) => {
          expect(value).toBeCloseTo(kept[i] ?? 9, 5);
        });
      }
    }
  });
});

describe('random starts', () => {
  it('keep the arm inside its limits and near home', async () => {
    for (const task of TASK_IDS) {
      const { world } = await make(task);
      for (let seed = 0; seed < 40; seed++) {
        world.reset(seed);
        world.joints().forEach((value, i) => {
          const joint = profile.joints[i];
          expect(value).toBeGreaterThanOrEqual((joint?.min ?? 0) - 1e-9);
          expect(value).toBeLessThanOrEqual((joint?.max ?? 0) + 1e-9);
          expect(Math.abs(value - (profile.home[i] ?? 9))).toBeLessThan(0.1);
        });
      }
    }
  });

  it('put everything where the tool can get to', async () => {
    const arm = Kinematics.of(profile);
    const home = toHinge(profile, profile.home);
    for (const task of TASK_IDS) {
      const { world } = await make(task);
      for (let seed = 0; seed < 60; seed++) {
        world.reset(seed);
        for (const { pos } of Object.values(world.scene().objects)) {
          if (pos[2] === HIDDEN.pos[2]) continue;
          const goal: Vec3 = [pos[0], pos[1], Math.max(0.02, pos[2])];
          expect(arm.solve(home, { pos: goal, pitch: -1.2 }).miss).toBeLessThan(0.003);
        }
      }
    }
  });

  it('are never already a success, not even after a second of doing nothing', async () => {
    for (const task of TASK_IDS) {
      const { world, clock } = await make(task);
      for (let seed = 0; seed < 25; seed++) {
        world.reset(seed);
        pass(clock, world, 1);
        expect(world.success()).toBe(false);
      }
    }
  });

  it('leave the cube at rest on the table', async () => {
    for (const task of ['push', 'pick-place'] as const) {
      const { world, clock } = await make(task, 2);
      const before = world.object('cube').pos;
      pass(clock, world, 2);
      world.object('cube').pos.forEach((value, axis) => {
        expect(value).toBeCloseTo(before[axis] ?? 9, 3);
      });
    }
  });
});

describe('reach', () => {
  it('puts its marker at least 5 cm from the tool point, wherever the arm starts', async () => {
    const { world } = await make('reach');
    for (let seed = 0; seed < 200; seed++) {
      world.reset(seed);
      expect(norm(sub(world.object('target').pos, world.tool().pos))).toBeGreaterThan(0.05);
    }
  });

  it('succeeds when the tool point has been within 2 cm for 0.3 s, not before', async () => {
    const { world, clock } = await make('reach');
    const [x, y, z] = world.tool().pos;
    put(world, 'target', [x + 0.015, y, z]);
    pass(clock, world, 0.2);
    expect(world.success()).toBe(false);
    pass(clock, world, 0.2);
    expect(world.success()).toBe(true);
  });

  it('starts counting again after leaving', async () => {
    const { world, clock } = await make('reach');
    const [x, y, z] = world.tool().pos;
    put(world, 'target', [x, y, z]);
    pass(clock, world, 0.2);
    put(world, 'target', [x + 0.05, y, z]);
    pass(clock, world, 0.1);
    put(world, 'target', [x, y, z]);
    pass(clock, world, 0.2);
    expect(world.success()).toBe(false);
  });

  it('is not fooled by 2.5 cm', async () => {
    const { world, clock } = await make('reach');
    const [x, y, z] = world.tool().pos;
    put(world, 'target', [x + 0.025, y, z]);
    pass(clock, world, 1);
    expect(world.success()).toBe(false);
  });
});

describe('push', () => {
  it('succeeds with the cube at rest on the disc', async () => {
    const { world, clock } = await make('push');
    const [x, y] = world.object('target').pos;
    put(world, 'cube', [x + 0.02, y, 0.018]);
    pass(clock, world, 0.6);
    expect(world.success()).toBe(true);
  });

  it('fails with the cube 4 cm off', async () => {
    const { world, clock } = await make('push');
    const [x, y] = world.object('target').pos;
    put(world, 'cube', [x + 0.04, y, 0.018]);
    pass(clock, world, 0.6);
    expect(world.success()).toBe(false);
  });
});

describe('pick and place', () => {
  it('succeeds with the cube let go in the tray', async () => {
    const { world, clock } = await make('pick-place');
    put(world, 'cube', [TRAY[0], TRAY[1], 0.03]);
    pass(clock, world, 1);
    expect(world.success()).toBe(true);
  });

  it('fails beside the tray', async () => {
    const { world, clock } = await make('pick-place');
    put(world, 'cube', [TRAY[0] + 0.08, TRAY[1], 0.0125]);
    pass(clock, world, 1);
    expect(world.success()).toBe(false);
  });

  it('fails while the gripper is shut, for the cube may still be in it', async () => {
    const { world, clock } = await make('pick-place');
    put(world, 'cube', [TRAY[0], TRAY[1], 0.03]);
    world.plant.drive(5, -0.17, 1);
    pass(clock, world, 1);
    expect(world.success()).toBe(false);
  });

  it('keeps the cube in the tray when it is pushed against the wall', async () => {
    const { world, clock } = await make('pick-place');
    put(world, 'cube', [TRAY[0] + 0.03, TRAY[1], 0.016]);
    pass(clock, world, 0.5);
    expect(world.object('cube').pos[2]).toBeCloseTo(0.0155, 2);
  });
});
