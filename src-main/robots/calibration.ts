import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fault, toFault } from '../core/fault';
import type { RobotProfile } from '../core/profile';

/**
 * LeRobot's calibration file: one entry a joint, in ticks. Usually at
 * `~/.cache/huggingface/lerobot/calibration/robots/so_follower/<id>.json`.
 */
const entrySchema = z
  .object({
    id: z.number().int().min(0).max(253),
    drive_mode: z.number().int().min(0).max(1),
    /** Present = actual − homing_offset. */
    homing_offset: z.number().int().min(-2047).max(2047),
    range_min: z.number().int().min(-32767).max(32767),
    range_max: z.number().int().min(-32767).max(32767),
  })
  .refine((entry) => entry.range_min < entry.range_max, { message: 'range_min must be below range_max' });

export const calibrationSchema = z.record(z.string(), entrySchema);
export type JointCalibration = z.infer<typeof entrySchema>;
export type Calibration = z.infer<typeof calibrationSchema>;

const TIP = 'Calibrate the arm again (LeRobot: lerobot-calibrate), or choose the calibration file of this arm.';

/** Parses and checks that it is of this kind of robot: the profile's joints, with the profile's servo ids. */
export function parseCalibration(data: unknown, profile: RobotProfile): Calibration {
  const parsed = calibrationSchema.safeParse(data);
  if (!parsed.success) throw fault('bad-input', `This calibration is not valid: ${z.prettifyError(parsed.error)}`, TIP);
  for (const { name, servo } of profile.joints) {
    const entry = parsed.data[name];
    if (!entry) throw fault('incompatible', `This calibration knows no joint ${name} of a ${profile.title}.`, TIP);
    if (entry.id !== servo) {
      throw fault(
        'incompatible',
        `This calibration has servo ${entry.id} at ${name}; a ${profile.title} has ${servo} there.`,
        TIP,
      );
    }
  }
  return parsed.data;
}

/** Rejects with `not-found`, `permission`, `bad-input` (no JSON, wrong shape) or `incompatible` (another robot). */
export async function loadCalibration(path: string, profile: RobotProfile): Promise<Calibration> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { kind, message } = toFault(error);
    throw fault(kind, `The calibration file cannot be read: ${message}`, TIP, error);
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw fault('bad-input', `${path} is not a calibration file: it is no JSON.`, TIP, error);
  }
  return parseCalibration(data, profile);
}
