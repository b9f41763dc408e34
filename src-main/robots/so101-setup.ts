import { fault } from '../core/fault';
import type { RobotProfile } from '../core/profile';
import type { FeetechBus } from '../motors/feetech/bus';
import {
  decode,
  RAM_START,
  REGISTERS,
  type RegisterName,
  STS3215_MODEL,
  TICKS_PER_TURN,
} from '../motors/feetech/registers';
import type { Calibration } from './calibration';

type Settings = Partial<Record<RegisterName, number>>;
type JointProfile = RobotProfile['joints'][number];

/** The EEPROM of one servo, as read at connect. */
export type Eeprom = (name: RegisterName) => number;

/** Fails with a `servo` fault that names whoever is missing, and `incompatible` for servos of another model. */
export async function findServos(bus: FeetechBus, { joints, title }: RobotProfile): Promise<void> {
  const models: (number | null)[] = [];
  for (const { servo } of joints) models.push(await bus.ping(servo));
  const missing = joints.filter((_, i) => models[i] === null);
  if (missing.length === joints.length) {
    throw fault(
      'servo',
      `No servo of the ${title} answers.`,
      'Switch the arm’s power supply on, check that this is its port, and connect again.',
    );
  }
  if (missing.length > 0) {
    const names = missing.map(({ name, servo }) => `${name} (id ${servo})`).join(', ');
    throw fault(
      'servo',
      `These servos do not answer: ${names}.`,
      'Check the three-wire cables from servo to servo, and that every servo has its own id.',
    );
  }
  const other = joints.findIndex((_, i) => models[i] !== STS3215_MODEL);
  if (other >= 0) {
    throw fault(
      'incompatible',
      `${joints[other]?.name} is a servo of model ${models[other]}, not an STS3215 (${STS3215_MODEL}).`,
      'Check that this port belongs to an SO-101 arm.',
    );
  }
}

export async function readEeproms(bus: FeetechBus, ids: readonly number[]): Promise<Eeprom[]> {
  const blocks = await bus.syncReadBlock(ids, 0, RAM_START);
  return blocks.map((block) => (name) => decode(REGISTERS[name], block, REGISTERS[name].address));
}

/** LeRobot's settings: soft position control, and a gripper that gives way before it burns. */
function wanted({ unit }: JointProfile, now: Eeprom): Settings {
  const common = {
    Return_Delay_Time: 0,
    Response_Status_Level: 1,
    Phase: now('Phase') & ~0x10,
    Operating_Mode: 0,
    P_Coefficient: 16,
    I_Coefficient: 0,
    D_Coefficient: 32,
  };
  return unit === 'ratio' ? { ...common, Max_Torque_Limit: 500, Protection_Current: 250, Overload_Torque: 25 } : common;
}

/**
 * Brings every servo to LeRobot's settings. Only what differs is written: EEPROM wears, and writing it needs torque
 * off, which lets the arm sag for a moment; an arm that was set up before does not.
 */
export async function configure(
  bus: FeetechBus,
  joints: readonly JointProfile[],
  eeproms: readonly Eeprom[],
): Promise<void> {
  for (const [i, joint] of joints.entries()) {
    const now = eeproms[i] as Eeprom;
    const id = joint.servo;
    const changes = entries(wanted(joint, now)).filter(([name, value]) => now(name) !== value);
    if (changes.length > 0) {
      await bus.write(id, 'Torque_Enable', 0);
      await bus.write(id, 'Lock', 0);
      for (const [name, value] of changes) await bus.write(id, name, value);
    }
    const torque = wanted(joint, now).Max_Torque_Limit ?? now('Max_Torque_Limit');
    const ram: Settings = { Maximum_Acceleration: 254, Acceleration: 254, Goal_Velocity: 0, Torque_Limit: torque };
    for (const [name, value] of entries(ram)) await bus.write(id, name, value);
  }
}

const entries = (settings: Settings) => Object.entries(settings) as [RegisterName, number][];

/** The calibration that LeRobot left in the servos. Fails with `incompatible` when nobody ever calibrated them. */
export function calibrationOf({ joints, title }: RobotProfile, eeproms: readonly Eeprom[]): Calibration {
  const calibration: Calibration = {};
  for (const [i, { name, servo, hinge }] of joints.entries()) {
    const now = eeproms[i] as Eeprom;
    const range_min = now('Min_Position_Limit');
    const range_max = now('Max_Position_Limit');
    // Only a joint that turns nearly all the way round (wrist_roll) keeps the factory's limits after a calibration.
    const untouched = range_max - range_min >= TICKS_PER_TURN - 1 && hinge[1] - hinge[0] < 5;
    if (untouched || range_min >= range_max) {
      throw fault(
        'incompatible',
        `This ${title} is not calibrated: ${name} has no limits.`,
        'Calibrate the arm first (LeRobot: lerobot-calibrate), then connect again.',
      );
    }
    calibration[name] = { id: servo, drive_mode: 0, homing_offset: now('Homing_Offset'), range_min, range_max };
  }
  return calibration;
}

/** A file of another arm would put every zero elsewhere: refuse it. */
export function checkCalibration(calibration: Calibration, { joints }: RobotProfile, eeproms: readonly Eeprom[]): void {
  const wrong = joints.filter(({ name }, i) => {
    const now = eeproms[i] as Eeprom;
    const { homing_offset, range_min, range_max } = calibration[name] as Calibration[string];
    return (
      now('Homing_Offset') !== homing_offset ||
      now('Min_Position_Limit') !== range_min ||
      now('Max_Position_Limit') !== range_max
    );
  });
  if (wrong.length === 0) return;
  throw fault(
    'incompatible',
    `The calibration file does not match the servos at ${wrong.map(({ name }) => name).join(', ')}: it is of another arm, or older.`,
    'Choose the calibration file of this arm, or calibrate it again.',
  );
}
