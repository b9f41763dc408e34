import { describe, expect, it } from 'vitest';
import { ControlLoop } from '../../src-main/control/loop';
import { Seat } from '../../src-main/control/seat';
import { VirtualClock } from '../../src-main/core/clock';
import type { Tick } from '../../src-main/core/types';
import { KeyboardSource } from '../../src-main/teleop/keyboard';
import { StickTeleop } from '../../src-main/teleop/stick-teleop';
import { MemoryRobot, TestPilot } from '../control/fixtures';
import { PROFILE, SO101, tipOf } from './fixtures';

async function driving(speed = 0.5) {
  const clock = new VirtualClock();
  const robot = new MemoryRobot(SO101, clock, PROFILE.home, 8);
  const loop = new ControlLoop({ robot, clock, rate: 60 });
  const keys = new KeyboardSource();
  const settings = { speed, mode: 'cartesian', deadman: false } as const;
  const person = new StickTeleop({ profile: PROFILE, settings, now: () => clock.now() });
  person.addSource(keys);
  const seat = new Seat(loop, person);
  const tick = async (n: number): Promise<Tick> => {
    let last: Tick | null = null;
    for (let k = 0; k < n; k++) {
      clock.advance(1 / 60);
      last = await loop.step();
    }
    return last as Tick;
  };
  await tick(2);
  return { clock, robot, loop, keys, person, seat, tick };
}

describe('a person at the keyboard, through seat, loop and clamp', () => {
  it('moves the tool forward by speed times time, on a straight line', async () => {
    const { seat, keys, tick } = await driving();
    await seat.sit('person');
    const from = tipOf((await tick(2)).sent);
    keys.setKeys(['KeyW']);
    const to = tipOf((await tick(60)).sent);
    // 0.25 m/s at half speed for a second, less half the 80 ms ramp.
    expect(Math.abs(to[0] - from[0] - 0.5 * 0.25 * 0.96)).toBeLessThan(0.005);
    expect(Math.hypot(to[1] - from[1], to[2] - from[2])).toBeLessThan(0.002);
    keys.setKeys([]);
    const rest = (await tick(1)).sent;
    expect((await tick(30)).sent).toEqual(rest);
  });

  it('takes over from a policy in full motion without a step beyond the clamp', async () => {
    const { seat, keys, robot, tick } = await driving();
    const far = SO101.joints.map((j) => j.max);
    await seat.sit('policy', new TestPilot('policy', () => far));
    await tick(10);
    keys.setKeys(['KeyA']);
    const first = await tick(1);
    expect(first).toMatchObject({ pilot: 'person', intervention: true, clamped: [] });
    await tick(20);
    for (let k = 1; k < robot.sent.length; k++) {
      SO101.joints.forEach((j, i) => {
        const step = Math.abs((robot.sent[k]?.[i] as number) - (robot.sent[k - 1]?.[i] as number));
        expect(step).toBeLessThanOrEqual(j.maxSpeed / 60 + 1e-9);
      });
    }
    const jump = first.sent.map((v, i) => Math.abs(v - (robot.sent[robot.sent.length - 22]?.[i] as number)));
    expect(Math.max(...jump)).toBeLessThan(0.02);
  });

  it('does not run ahead of an arm that is held fast', async () => {
    const { seat, keys, robot, tick } = await driving(1);
    await seat.sit('person');
    await tick(1);
    const stuck = [...robot.joints];
    keys.setKeys(['KeyW', 'KeyQ']);
    for (let k = 0; k < 120; k++) {
      robot.joints = [...stuck];
      robot.goal = [...stuck];
      await tick(1);
    }
    const sent = robot.sent[robot.sent.length - 1] as readonly number[];
    for (const [i, v] of sent.entries()) expect(Math.abs(v - (stuck[i] as number))).toBeLessThanOrEqual(0.31);
  });

  it('stops by Space within the tick that sees it, and needs re-arming', async () => {
    const { seat, keys, loop, robot, tick } = await driving();
    await seat.sit('person');
    keys.setKeys(['KeyW']);
    await tick(10);
    keys.setKeys(['KeyW', 'Space']);
    expect(loop.stopped).not.toBeNull();
    expect(robot.calls[robot.calls.length - 1]).toBe('halt');
    const commands = robot.sent.length;
    await tick(10);
    expect(robot.sent.length).toBe(commands);
    seat.rearm();
    // The stop key is still down: held, it neither stops again nor arms anything.
    expect((await tick(2)).pilot).toBe('none');
  });
});
