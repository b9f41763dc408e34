import { describe, expect, it } from 'vitest';
import { norm, sub } from '../../src-main/core/pose';
import { toHinge } from '../../src-main/core/profile';
import { Random } from '../../src-main/core/random';
import { TASK_IDS } from '../../src-main/core/task';
import { MAX_CATCH_UP } from '../../src-main/sim/sim-plant';
import { pass, profile, toolByHand, worldsOfOneTest } from './support';

const make = worldsOfOneTest();

describe('the simulated arm', () => {
  it('has its tool where the published kinematics put it at joint zero', () => {
    const { pos } = toolByHand(profile, [0, 0, 0, 0, 0, 0]);
    // Composed by hand from the table of frames (TheRobotStudio/SO-ARM100).
    [0.3913, 0, 0.2265].forEach((value, axis) => {
      expect(pos[axis]).toBeCloseTo(value, 4);
    });
  });

  it('has its tool where composing the profile link by link puts it, in any pose', async () => {
    const { world } = await make('reach');
    for (let seed = 0; seed < 30; seed++) {
      world.reset(seed);
      const byHand = toolByHand(profile, toHinge(profile, world.joints()));
      const tool = world.tool();
      expect(norm(sub(tool.pos, byHand.pos))).toBeLessThan(1e-6);
      tool.quat.forEach((value, i) => {
        expect(Math.abs(value)).toBeCloseTo(Math.abs(byHand.quat[i] ?? 9), 6);
      });
    }
  });

  it('goes to where its servos want it', async () => {
    const { world, clock } = await make('reach');
    const goal = [0.4, -0.5, 0.3, 1.2, -0.6, 0.9];
    goal.forEach((angle, joint) => {
      world.plant.drive(joint, angle, 1);
    });
    pass(clock, world, 2);
    goal.forEach((angle, joint) => {
      expect(world.plant.position(joint)).toBeCloseTo(angle, 1);
    });
  });

  it('moves no faster than the servo without load, 5 rad/s or so', async () => {
    const { world, clock } = await make('reach');
    world.plant.drive(0, 1.9, 1);
    let fastest = 0;
    for (let i = 0; i < 60; i++) {
      pass(clock, world, 1 / 60);
      fastest = Math.max(fastest, Math.abs(world.plant.velocity(0)));
    }
    expect(fastest).toBeGreaterThan(2.5);
    expect(fastest).toBeLessThan(5.5);
  });

  it('sinks to the table when torque goes off, and stays within its joint limits', async () => {
    const { world, clock } = await make('reach');
    const before = world.tool().pos[2];
    for (let joint = 0; joint < 6; joint++) world.plant.drive(joint, null, 0);
    pass(clock, world, 4);
    expect(world.tool().pos[2]).toBeLessThan(before - 0.03);
    profile.joints.forEach(({ hinge }, joint) => {
      expect(world.plant.position(joint)).toBeGreaterThan(hinge[0] - 0.05);
      expect(world.plant.position(joint)).toBeLessThan(hinge[1] + 0.05);
      expect(world.plant.load(joint)).toBeCloseTo(0, 9);
    });
  });

  it('holds less with a lower torque limit', async () => {
    const sag = async (torque: number) => {
      const { world, clock } = await make('reach');
      const start = world.plant.position(1);
      for (let joint = 0; joint < 6; joint++) world.plant.drive(joint, world.plant.position(joint), torque);
      pass(clock, world, 1);
      expect(Math.abs(world.plant.load(1))).toBeLessThanOrEqual(torque + 1e-9);
      return Math.abs(world.plant.position(1) - start);
    };
    expect(await sag(0.01)).toBeGreaterThan(await sag(1));
  });

  it('ignores drives of joints that do not exist and goals that are no numbers', async () => {
    const { world, clock } = await make('reach');
    world.plant.drive(9, 1, 1);
    world.plant.drive(-1, 1, 1);
    world.plant.drive(0, Number.NaN, 1);
    pass(clock, world, 0.5);
    expect(world.joints().every(Number.isFinite)).toBe(true);
  });
});

describe('the simulated world', () => {
  it('repeats itself bit by bit with the same seed, and starts elsewhere with another', async () => {
    const run = async (seed: number) => {
      const { world, clock } = await make('pick-place', seed);
      const random = new Random(4);
      for (let i = 0; i < 120; i++) {
        for (let joint = 0; joint < 6; joint++) world.plant.drive(joint, random.between(-0.5, 0.5), 1);
        pass(clock, world, 1 / 60);
      }
      return [...world.environment(), ...world.joints()];
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  it('starts again from a seed it reported', async () => {
    const { world, clock } = await make('push');
    const seed = world.reset();
    const first = [...world.environment(), ...world.joints()];
    pass(clock, world, 0.5);
    expect(world.reset()).not.toBe(seed);
    expect(world.reset(seed)).toBe(seed);
    expect([...world.environment(), ...world.joints()]).toEqual(first);
  });

  it('tells listeners about each new start until they leave', async () => {
    const { world } = await make('reach');
    const seeds: number[] = [];
    const leave = world.onReset((seed) => seeds.push(seed));
    world.reset(7);
    leave();
    world.reset(8);
    expect(seeds).toEqual([7]);
  });

  it('names every value of its environment', async () => {
    for (const task of TASK_IDS) {
      const { world } = await make(task);
      expect(world.environment()).toHaveLength(world.task.environment.length);
      expect(new Set(world.task.environment).size).toBe(world.task.environment.length);
      expect(world.environment().every(Number.isFinite)).toBe(true);
    }
  });

  it('shows a pose for each thing that the task lists and that has no place of its own', async () => {
    for (const task of TASK_IDS) {
      const { world } = await make(task);
      const { objects, joints } = world.scene();
      expect(joints).toHaveLength(6);
      for (const thing of world.task.objects) expect(Boolean(thing.pos) || thing.name in objects).toBe(true);
    }
  });

  it('computes at most a quarter second at once after the machine slept', async () => {
    const { world, clock } = await make('push');
    const clone = await make('push');
    for (let joint = 0; joint < 6; joint++) {
      world.plant.drive(joint, null, 0);
      clone.world.plant.drive(joint, null, 0);
    }
    clock.advance(3600);
    world.plant.advance();
    clone.clock.advance(MAX_CATCH_UP);
    clone.world.plant.advance();
    expect(world.joints()).toEqual(clone.world.joints());
  });

  it('changes the task in place and keeps the plant its servos hold on to', async () => {
    const { world, clock } = await make('reach');
    const { plant } = world;
    world.loadTask('pick-place');
    expect(world.task.id).toBe('pick-place');
    expect(world.plant).toBe(plant);
    plant.drive(0, 0.3, 1);
    pass(clock, world, 1);
    expect(plant.position(0)).toBeCloseTo(0.3, 1);
  });

  it('does not grow over 200 new starts and 30 task changes', async () => {
    const { world } = await make('pick-place');
    const cycle = (starts: number, changes: number) => {
      for (let i = 0; i < changes; i++) world.loadTask(TASK_IDS[i % 3] ?? 'reach');
      for (let i = 0; i < starts; i++) world.reset(i);
    };
    cycle(10, 6);
    const before = world.heapBytes();
    cycle(200, 30);
    expect(world.heapBytes()).toBe(before);
  });
});
