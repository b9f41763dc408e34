import { describe, expect, it } from 'vitest';
import { ControlLoop } from '../../src-main/control/loop';
import { VirtualClock } from '../../src-main/core/clock';
import { bench, MemoryRobot, TestPilot } from './fixtures';

describe('the control loop', () => {
  it('holds the last command, not the sagging position, while nobody drives or the pilot has nothing to say', async () => {
    const { robot, loop, tick } = bench();
    const pilot = new TestPilot('policy', () => [0.2, 0, 0.5]);
    await tick();
    await loop.engage(pilot);
    await tick(20);
    expect(robot.goal[0]).toBeCloseTo(0.2);
    pilot.next = () => null;
    for (let k = 0; k < 20; k++) {
      robot.joints[0] = 0.15;
      const t = await tick();
      expect(t.asked).toEqual(t.sent);
      expect(t.sent[0]).toBeCloseTo(0.2);
    }
    await loop.engage(null);
    robot.joints[0] = 0.15;
    expect(await tick()).toMatchObject({ pilot: 'none', sent: [expect.closeTo(0.2), 0, 0.5] });
  });

  it('stores what was asked beside what was sent, and counts clamped ticks', async () => {
    const { loop, tick } = bench();
    await tick();
    await loop.engage(new TestPilot('policy', () => [Number.NaN, 9, 0.5]));
    const t = await tick();
    expect(t.asked).toEqual([Number.NaN, 9, 0.5]);
    expect(t.sent).toEqual([0, expect.closeTo(3 / 50), 0.5]);
    expect(t.clamped.map((n) => n.rule)).toEqual(['not-a-number', 'limit', 'speed']);
    expect(loop.stats().clampedTicks).toBe(1);
  });

  it('eases a new pilot in whose first target is far away', async () => {
    const { robot, loop, tick } = bench();
    await tick();
    await loop.engage(new TestPilot('policy', () => [1, -2, 1]));
    await tick(100);
    for (let k = 1; k < robot.sent.length; k++) {
      robot.spec.joints.forEach((j, i) => {
        const step = Math.abs((robot.sent[k]?.[i] as number) - (robot.sent[k - 1]?.[i] as number));
        expect(step).toBeLessThanOrEqual(j.maxSpeed / 50 + 1e-9);
      });
    }
    expect(robot.goal).toEqual([1, -2, 1]);
  });

  it('rides out single failed readings without a tick and without a command', async () => {
    const { robot, loop, tick, stops } = bench();
    await tick(3);
    robot.failReads = 1;
    const commands = robot.sent.length;
    robot.clock.advance(0.02);
    expect(await loop.step()).toBeNull();
    expect(robot.sent.length).toBe(commands);
    expect((await tick()).n).toBe(3);
    expect(stops).toEqual([]);
  });

  it('survives a third of all readings failing for ten minutes', async () => {
    const { robot, loop, tick, stops } = bench({ rate: 10 });
    await tick();
    for (let k = 0; k < 6000; k++) {
      if (k % 3 === 0) robot.failReads = 1;
      robot.clock.advance(0.1);
      await loop.step();
    }
    expect(stops).toEqual([]);
    expect(loop.stats().failed).toBe(2000);
  });

  it('stops, once, when the robot has been silent for a quarter of a second', async () => {
    const { robot, loop, tick, faults, stops } = bench();
    await tick(3);
    robot.failReads = 1000;
    const t0 = robot.clock.now();
    while (loop.stopped === null) {
      robot.clock.advance(0.02);
      await loop.step();
    }
    expect(robot.clock.now() - t0).toBeGreaterThanOrEqual(0.25);
    expect(robot.clock.now() - t0).toBeLessThan(0.31);
    expect(faults).toEqual(['link-lost']);
    expect(stops).toHaveLength(1);
    expect(robot.halts).toBeGreaterThan(0);
  });

  it('is not stuck by a reading that never comes back', async () => {
    const robot = new MemoryRobot();
    const clock = { now: () => performance.now() / 1000, sleepUntil: async () => undefined };
    const loop = new ControlLoop({ robot, clock, rate: 50 });
    await loop.step();
    robot.hang = true;
    const reads = robot.calls.filter((c) => c === 'read').length;
    for (let k = 0; k < 5; k++) expect(await loop.step()).toBeNull();
    expect(loop.stopped).not.toBeNull();
    expect(robot.calls.filter((c) => c === 'read').length).toBe(reads + 1);
  });

  it('stops latching: halts at once, sends nothing more, and refuses pilots until re-armed', async () => {
    const { robot, loop, tick, stops } = bench();
    const pilot = new TestPilot('policy', () => [1, 2, 1]);
    await tick();
    await loop.engage(pilot);
    await tick(5);
    loop.stop('test');
    loop.stop('again');
    expect(robot.halts).toBeGreaterThan(0);
    const commands = robot.sent.length;
    const still = await tick(10);
    expect(robot.sent.length).toBe(commands);
    expect(still).toMatchObject({ pilot: 'none', sent: still.seen });
    expect(stops).toEqual(['test']);
    expect(pilot.stops).toBe(1);
    await expect(loop.engage(pilot)).rejects.toMatchObject({ kind: 'busy' });
    loop.rearm();
    expect(loop.stopped).toBeNull();
    const after = await tick(5);
    expect(after.pilot).toBe('none');
    expect(after.sent).toEqual(still.seen);
  });

  it('gives a stop the last word over a command that is on its way', async () => {
    const { robot, loop, tick } = bench();
    await tick();
    await loop.engage(new TestPilot('policy', () => [1, 2, 1]));
    for (let delay = 0; delay < 12; delay++) {
      robot.clock.advance(0.02);
      const turn = loop.step();
      for (let k = 0; k < delay; k++) await Promise.resolve();
      if (delay > 5) await new Promise<void>((resolve) => setImmediate(resolve));
      loop.stop('test');
      await turn;
      expect(robot.calls[robot.calls.length - 1]).not.toBe('apply');
      loop.rearm();
      await loop.engage(new TestPilot('policy', () => [1, 2, 1]));
    }
  });

  it('keeps trying to halt a robot that could not hear it', async () => {
    const { robot, loop, tick } = bench();
    await tick();
    robot.failHalts = 2;
    loop.stop('test');
    await tick(3);
    expect(robot.halts).toBe(1);
  });

  it('stops and says so when a pilot throws, and lives on', async () => {
    const { loop, tick, faults } = bench();
    await tick();
    await loop.engage(
      new TestPilot('policy', () => {
        throw new Error('bad weights');
      }),
    );
    await tick();
    expect(loop.stopped).toContain('policy');
    expect(faults).toEqual(['internal']);
    loop.rearm();
    expect((await tick()).pilot).toBe('none');
  });

  it('takes the stick from the old pilot at once, however long that one takes to stop', async () => {
    const { loop, tick } = bench();
    const stuck = new TestPilot('policy', () => [1, 0, 0.5]);
    stuck.stopTakes = new Promise(() => undefined);
    const person = new TestPilot('person', () => null);
    await tick();
    await loop.engage(stuck);
    await tick();
    await loop.engage(person);
    expect((await tick()).pilot).toBe('person');
  });

  it('lets the later of two hand-overs win', async () => {
    const { loop, tick } = bench();
    await tick();
    let ready: () => void = () => undefined;
    const slow = new TestPilot('policy', () => [1, 0, 0.5]);
    slow.startTakes = new Promise((resolve) => {
      ready = resolve;
    });
    const first = loop.engage(slow);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(slow.started).toHaveLength(1);
    await loop.engage(new TestPilot('person', () => null));
    ready();
    await first;
    expect((await tick()).pilot).toBe('person');
    expect(slow.stops).toBe(1);
  });

  it('never runs two ticks at the same time', async () => {
    const { robot, loop } = bench();
    await Promise.all([loop.step(), loop.step(), loop.step()]);
    expect(robot.overlapped).toBe(false);
  });

  it('counts deadlines from the start, and skips ahead after a long stall', async () => {
    const robot = new MemoryRobot();
    const clock = robot.clock;
    const loop = new ControlLoop({ robot, clock, rate: 50 });
    const ends = new AbortController();
    const times: number[] = [];
    loop.onTick((t) => {
      times.push(t.t);
      if (t.n === 9) clock.advance(0.003);
      if (t.n === 19) clock.advance(0.5);
      if (t.n === 40) ends.abort();
    });
    await loop.run(ends.signal);
    expect(times[10]).toBeCloseTo(10 / 50, 9);
    expect(times[15]).toBeCloseTo(15 / 50, 9);
    expect(loop.stats().missed).toBe(24);
    expect((times[40] as number) * 50).toBeCloseTo(Math.round((times[40] as number) * 50), 6);
  });

  it('is of no use after close, and leaves the robot halted and closed', async () => {
    const { robot, loop, tick } = bench();
    await tick();
    await loop.close();
    await loop.close();
    expect(robot.closed).toBe(true);
    expect(robot.halts).toBeGreaterThan(0);
    await expect(loop.step()).rejects.toMatchObject({ kind: 'busy' });
    await expect(loop.engage(new TestPilot('person', () => null))).rejects.toMatchObject({ kind: 'busy' });
  });

  it('refuses rates it cannot keep', () => {
    const robot = new MemoryRobot();
    expect(() => new ControlLoop({ robot, clock: new VirtualClock(), rate: 500 })).toThrow(/500 Hz/);
  });

  it('goes on when a listener throws', async () => {
    const { loop, tick, faults } = bench();
    loop.onTick(() => {
      throw new Error('plot broke');
    });
    await tick(3);
    expect(faults.length).toBe(3);
  });
});
