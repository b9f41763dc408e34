import { describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { TASK_IDS } from '../../src-main/core/task';
import { createExpert } from '../../src-main/sim/experts';
import { trials, worldOf } from './support';

describe('scripted experts', () => {
  for (const task of TASK_IDS) {
    it(`does ${task} from 10 starts, driving through stick, teleoperator, loop, driver and servos`, async () => {
      const seeds = Array.from({ length: 10 }, (_, i) => 100 + i);
      expect(await trials(task, seeds)).toEqual(seeds);
    }, 120_000);
  }

  it('repeats itself exactly with the same seed', async () => {
    const run = async () => {
      const { world, clock } = await worldOf('push', 5);
      const expert = createExpert('push', world, new Random(9));
      const sticks = Array.from({ length: 60 }, () => {
        clock.advance(1 / 60);
        return expert.stick(world.joints());
      });
      world.dispose();
      return sticks;
    };
    expect(await run()).toEqual(await run());
  });

  it('never asks for more than a full deflection', async () => {
    for (const task of TASK_IDS) {
      const { world, clock } = await worldOf(task, 3);
      const expert = createExpert(task, world, new Random(3));
      for (let i = 0; i < 120; i++) {
        clock.advance(1 / 60);
        const { deadman, ...axes } = expert.stick(world.joints());
        expect(deadman).toBe(true);
        for (const value of Object.values(axes)) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }
      world.dispose();
    }
  });
});
