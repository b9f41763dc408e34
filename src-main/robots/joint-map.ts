import type { RobotProfile } from '../core/profile';
import { TICKS_PER_TURN } from '../motors/feetech/registers';
import type { Calibration, JointCalibration } from './calibration';

type JointProfile = RobotProfile['joints'][number];

/** Robot units ↔ servo ticks of one joint. `toTicks` stays within the joint's limits, rounding inwards. */
export interface JointMap {
  toTicks(value: number): number;
  toValue(ticks: number): number;
}

/** value = offset + ticks · scale, for values in [min, max] and ticks in [low, high]. */
function linear(scale: number, offset: number, { min, max }: JointProfile, low = -32767, high = 32767): JointMap {
  const ends = [(min - offset) / scale, (max - offset) / scale];
  // A limit that lies on a tick but for rounding error is that tick.
  const lowest = Math.max(low, Math.ceil(Math.min(...ends) - 1e-9));
  const highest = Math.min(high, Math.floor(Math.max(...ends) + 1e-9));
  return {
    toTicks: (value) => Math.max(lowest, Math.min(highest, Math.round((value - offset) / scale))),
    toValue: (ticks) => offset + ticks * scale,
  };
}

/** As the profile says: hinge 0 at `zero`, a full turn is 4096 ticks. For the simulated arm. */
export function profileMaps({ joints }: RobotProfile): JointMap[] {
  return joints.map((joint) => {
    const perTick = (2 * Math.PI) / TICKS_PER_TURN;
    if (joint.unit !== 'ratio') return linear(perTick, -joint.zero * perTick, joint);
    const [low, high] = joint.hinge;
    const scale = ((joint.max - joint.min) / (high - low)) * perTick;
    return linear(scale, joint.min - (low / perTick + joint.zero) * scale, joint);
  });
}

/**
 * As LeRobot reads its calibration: angles from the middle of the range, (raw − mid) · 360° / 4095; a ratio from one
 * end of the range to the other. LeRobot turns ratios round by drive_mode, angles never; so do we, or data recorded
 * with one could not be used with the other.
 */
export function calibratedMaps({ joints }: RobotProfile, calibration: Calibration): JointMap[] {
  return joints.map((joint) => {
    const { range_min, range_max, drive_mode } = calibration[joint.name] as JointCalibration;
    if (joint.unit !== 'ratio') {
      const perTick = (2 * Math.PI) / (TICKS_PER_TURN - 1);
      return linear(perTick, (-(range_min + range_max) / 2) * perTick, joint, range_min, range_max);
    }
    const scale = (joint.max - joint.min) / (range_max - range_min);
    const map =
      drive_mode === 1
        ? linear(-scale, joint.min + range_max * scale, joint, range_min, range_max)
        : linear(scale, joint.min - range_min * scale, joint, range_min, range_max);
    const { min, max } = joint;
    return { toTicks: map.toTicks, toValue: (ticks) => Math.max(min, Math.min(max, map.toValue(ticks))) };
  });
}
