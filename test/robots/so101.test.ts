import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileMaps } from '../../src-main/robots/joint-map';
import { so101Profile } from '../../src-main/robots/profiles';
import { ROBOT_KINDS, robotEntry } from '../../src-main/robots/registry';
import { failure, virtualArm } from '../support/virtual-arm';

const TICK = (2 * Math.PI) / 4096;
const spec = so101Profile().joints;

async function connected(options = {}) {
  const arm = virtualArm(options);
  await arm.robot.connect();
  return arm;
}

describe('the SO-101 driver', () => {
  it('connects without moving the arm', async () => {
    const { robot, plant, clock } = virtualArm();
    const before = spec.map((_, i) => plant.position(i));
    await robot.connect();
    clock.advance(1);
    plant.advance();
    for (const i of spec.keys()) expect(Math.abs(plant.position(i) - (before[i] as number))).toBeLessThanOrEqual(TICK);
  });

  it('reads positions in robot units and order', async () => {
    const { robot, plant } = await connected();
    const seen = await robot.read();
    expect(seen).toHaveLength(6);
    for (let i = 0; i < 5; i++) expect(seen[i]).toBeCloseTo(plant.position(i), 2);
    expect(seen[5]).toBeCloseTo((0.6 + 0.17453) / (1.74533 + 0.17453), 2);
  });

  it('moves to the target and returns what was really sent', async () => {
    const { robot, clock } = await connected();
    const target = [0.5, -0.5, 0.25, 0.1, 1, 0.75];
    const sent = await robot.apply(target);
    for (const [i, value] of sent.entries()) expect(Math.abs(value - (target[i] as number))).toBeLessThan(TICK);
    expect(sent).not.toEqual(target);
    clock.advance(2);
    const seen = await robot.read();
    for (const [i, value] of seen.entries()) expect(value).toBeCloseTo(sent[i] as number, 6);
  });

  it('sets the servos up as LeRobot does', async () => {
    const { bank } = await connected();
    for (const servo of bank.servos) {
      expect([servo.get('P_Coefficient'), servo.get('I_Coefficient'), servo.get('D_Coefficient')]).toEqual([16, 0, 32]);
      expect([servo.get('Return_Delay_Time'), servo.get('Torque_Enable'), servo.get('Lock')]).toEqual([0, 1, 1]);
      expect(servo.get('Acceleration')).toBe(254);
    }
    const gripper = bank.servos[5];
    expect([gripper?.get('Max_Torque_Limit'), gripper?.get('Torque_Limit'), gripper?.get('Overload_Torque')]).toEqual([
      500, 500, 25,
    ]);
  });

  it('keeps torque on all along when the servos are already set up', async () => {
    const { bank, plant, robot, link } = await connected();
    const { So101 } = await import('../../src-main/robots/so101');
    const { VirtualLink } = await import('../../src-main/links/virtual-link');
    link.unplug();
    const drops: number[] = [];
    const drive = plant.drive.bind(plant);
    plant.drive = (joint, goal, torque) => {
      if (goal === null) drops.push(joint);
      drive(joint, goal, torque);
    };
    const again = new So101({ link: new VirtualLink(bank), profile: so101Profile(), kind: 'so101-sim' });
    await again.connect();
    expect(drops).toEqual([]);
    await robot.close();
  });

  it('refuses commands that are not six finite numbers', async () => {
    const { robot, bank } = await connected();
    const goals = () => bank.servos.map((servo) => servo.get('Goal_Position'));
    const before = goals();
    for (const bad of [[1, 2], [0, 0, 0, 0, 0, Number.NaN], [0, 0, Number.POSITIVE_INFINITY, 0, 0, 0], []]) {
      expect(await failure(robot.apply(bad))).toMatchObject({ kind: 'bad-input' });
    }
    expect(goals()).toEqual(before);
  });

  it('holds where it is on halt, and does not creep down when halted again', async () => {
    const { robot, clock, plant, bank } = await connected();
    await robot.apply([1.5, 0, 0, 0, 0, 0.5]);
    clock.advance(0.2);
    plant.advance();
    const here = plant.position(0);
    await robot.halt();
    clock.advance(1);
    plant.advance();
    expect(plant.position(0)).toBeCloseTo(here, 2);
    const goal = bank.servos[0]?.get('Goal_Position');
    plant.place(0, plant.position(0) - 10 * TICK);
    await robot.halt();
    expect(bank.servos[0]?.get('Goal_Position')).toBe(goal);
  });

  it('halts and closes quietly with the link gone, any number of times', async () => {
    const { robot, link } = virtualArm();
    await robot.halt();
    await robot.connect();
    link.unplug();
    await robot.halt();
    await robot.halt();
    await robot.close();
    await robot.close();
    await robot.halt();
  });

  it('lets go of every joint on close', async () => {
    const { robot, bank } = await connected();
    await robot.close();
    expect(bank.servos.map((servo) => servo.get('Torque_Enable'))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('names the servo that is missing, and says when none is there', async () => {
    const one = virtualArm();
    one.bank.servos[3]?.write(5, Uint8Array.of(17));
    expect(await failure(one.robot.connect())).toMatchObject({
      kind: 'servo',
      message: expect.stringContaining('wrist_flex (id 4)'),
    });
    const none = virtualArm();
    none.link.faults = { inbound: () => null };
    expect(await failure(none.robot.connect())).toMatchObject({ kind: 'servo', tip: expect.stringContaining('power') });
    await one.robot.close();
    await none.robot.close();
  });

  it('does not connect once cancelled', async () => {
    const { robot } = virtualArm();
    const abort = new AbortController();
    abort.abort();
    expect(await failure(robot.connect(abort.signal))).toMatchObject({ kind: 'cancelled' });
  });

  it('throws instead of making a position up: silence, and a pulled cable', async () => {
    const { robot, link } = await connected();
    link.faults = { inbound: () => null };
    expect(await failure(robot.read())).toMatchObject({ kind: 'servo' });
    link.unplug();
    expect(await failure(robot.read())).toMatchObject({ kind: 'link-lost' });
    expect(await failure(robot.apply([0, 0, 0, 0, 0, 0]))).toMatchObject({ kind: 'link-lost' });
  });

  it('does not believe a position that jumped once, but one that stays', async () => {
    const { robot, link, plant } = await connected();
    const before = await robot.read();
    // A reply whose damage the checksum misses: shoulder_pan half a turn away.
    let n = 0;
    link.faults = {
      inbound: (bytes) => {
        if (n++ > 0) return bytes;
        const out = bytes.slice();
        out[6] = (out[6] as number) ^ 0x04;
        out[7] = ((out[7] as number) + ((bytes[6] as number) & 4 ? 4 : -4)) & 0xff;
        return out;
      },
    };
    expect(await robot.read()).toEqual(before);
    expect(n).toBe(2);
    expect(robot.statistics.retries).toBe(0);
    plant.place(0, -1.5);
    expect((await robot.read())[0]).toBeCloseTo(-1.5, 2);
  });

  it('survives a third of all replies lost or damaged without one wrong value', async () => {
    const { robot, link, clock, plant } = await connected({ bus: { timeoutMs: 2, retries: 6 } });
    let seed = 3;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
    link.faults = {
      inbound: (bytes) => {
        const dice = random();
        if (dice < 0.1) return null;
        if (dice > 0.33) return bytes;
        return bytes.map((b) => (random() < 0.1 ? Math.floor(random() * 256) : b));
      },
    };
    for (let i = 0; i < 60; i++) {
      await robot.apply([Math.sin(i / 20), 0, 0, 0, 0, 0.5]);
      clock.advance(1 / 60);
      const seen = await robot.read();
      expect(Math.abs((seen[0] as number) - plant.position(0))).toBeLessThan(0.01);
    }
  });

  it('tells which joint reports which error, and how warm everyone is', async () => {
    const { robot, bank } = await connected();
    const heard: unknown[] = [];
    robot.onServoError((event) => heard.push(event));
    const servo = bank.servos[1];
    if (servo) servo.health.forced = 4;
    await robot.read();
    expect(heard).toEqual([{ joint: 'shoulder_lift', errors: ['temperature'] }]);
    const readings = await robot.readServos();
    expect(readings[1]).toMatchObject({ joint: 'shoulder_lift', celsius: 25, volts: 7.4, errors: ['temperature'] });
  });
});

describe('joint maps of the profile', () => {
  it('never leave the joint limits and are exact to half a tick within them', () => {
    const maps = profileMaps(so101Profile());
    fc.assert(
      fc.property(fc.nat(5), fc.double({ min: -10, max: 10, noNaN: true }), (j, value) => {
        const { min, max, unit, hinge } = spec[j] as (typeof spec)[number];
        const map = maps[j] as (typeof maps)[number];
        const sent = map.toValue(map.toTicks(value));
        const tick = unit === 'ratio' ? TICK / (hinge[1] - hinge[0]) : TICK;
        expect(sent).toBeGreaterThanOrEqual(min - 1e-9);
        expect(sent).toBeLessThanOrEqual(max + 1e-9);
        expect(Math.abs(sent - Math.max(min, Math.min(max, value)))).toBeLessThan(tick);
        expect(map.toTicks(sent)).toBe(map.toTicks(value));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the robot registry', () => {
  it('knows its kinds and refuses others with the list of them', () => {
    expect(ROBOT_KINDS).toEqual(['so101', 'so101-sim']);
    expect(robotEntry('so101-sim').simulated).toBe(true);
    expect(() => robotEntry('toString')).toThrow(/no robot of kind/);
  });
});
