import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Calibration, loadCalibration, parseCalibration } from '../../src-main/robots/calibration';
import { calibratedMaps } from '../../src-main/robots/joint-map';
import { so101Profile } from '../../src-main/robots/profiles';
import { failure, virtualArm } from '../support/virtual-arm';

const profile = so101Profile();
const folder = mkdtempSync(join(tmpdir(), 'calibration-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = (): Calibration =>
  Object.fromEntries(
    profile.joints.map(({ name, servo }) => [
      name,
      { id: servo, drive_mode: 0, homing_offset: -12, range_min: 1000, range_max: 3000 },
    ]),
  );

describe('a LeRobot calibration', () => {
  it('is read from its file', async () => {
    const path = join(folder, 'arm.json');
    writeFileSync(path, JSON.stringify(good(), null, 4));
    expect(await loadCalibration(path, profile)).toEqual(good());
  });

  it('is refused with a reason when missing, damaged, incomplete or of another robot', async () => {
    const path = join(folder, 'bad.json');
    expect(await failure(loadCalibration(join(folder, 'none.json'), profile))).toMatchObject({ kind: 'not-found' });
    writeFileSync(path, '{"shoulder_pan":');
    expect(await failure(loadCalibration(path, profile))).toMatchObject({ kind: 'bad-input' });
    const { gripper, ...five } = good();
    const kindOf = (data: unknown) => {
      try {
        parseCalibration(data, profile);
        return 'accepted';
      } catch (error) {
        return (error as { kind: string }).kind;
      }
    };
    expect(kindOf(five)).toBe('incompatible');
    expect(kindOf({ ...five, gripper: { ...gripper, id: 1 } })).toBe('incompatible');
    expect(kindOf({ ...five, gripper: { ...gripper, range_min: 3000 } })).toBe('bad-input');
    expect(kindOf({ ...five, gripper: { ...gripper, range_max: 1e300 } })).toBe('bad-input');
    expect(kindOf([])).toBe('bad-input');
  });

  it('gives angles from the middle of the range and ratios from end to end', () => {
    const maps = calibratedMaps(profile, good());
    expect(maps[0]?.toValue(2000)).toBeCloseTo(0, 9);
    expect(maps[0]?.toValue(2000 + 4095 / 4)).toBeCloseTo(Math.PI / 2, 9);
    expect([1000, 2000, 3000, 3500].map((raw) => maps[5]?.toValue(raw))).toEqual([0, 0.5, 1, 1]);
    expect(maps[5]?.toTicks(2)).toBe(3000);
    expect(maps[0]?.toTicks(-9)).toBe(1000);
  });

  it('turns a ratio round by drive_mode, as LeRobot does', () => {
    const calibration = good();
    calibration.gripper = { ...(calibration.gripper as Calibration[string]), drive_mode: 1 };
    const map = calibratedMaps(profile, calibration)[5];
    expect([1000, 2500, 3000].map((raw) => map?.toValue(raw))).toEqual([1, 0.25, 0]);
    expect(map?.toTicks(0.25)).toBe(2500);
  });

  it('of another arm is refused at connect, and the arm is not moved', async () => {
    const { robot, bank } = virtualArm({ kind: 'so101', calibration: good() });
    expect(await failure(robot.connect())).toMatchObject({ kind: 'incompatible' });
    expect(bank.servos[0]?.get('P_Coefficient')).toBe(32);
    await robot.close();
  });

  it('is taken from the servos themselves when no file is given', async () => {
    const { robot, plant } = virtualArm({ kind: 'so101' });
    await robot.connect();
    const seen = await robot.read();
    expect(robot.spec.kind).toBe('so101');
    for (let i = 0; i < 5; i++) expect(seen[i]).toBeCloseTo(plant.position(i), 2);
    expect(seen[5]).toBeCloseTo((0.6 + 0.17453) / (1.74533 + 0.17453), 2);
    await robot.close();
  });

  it('is asked for when the servos come straight from the factory', async () => {
    const { robot, bank } = virtualArm({ kind: 'so101' });
    for (const servo of bank.servos) servo.write(9, Uint8Array.of(0, 0, 0xff, 0x0f));
    expect(await failure(robot.connect())).toMatchObject({
      kind: 'incompatible',
      message: expect.stringContaining('not calibrated'),
    });
    await robot.close();
  });
});
