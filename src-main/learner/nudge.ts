import type { Random } from '../core/random';
import type { Samples } from './samples';

/**
 * How a batch is displaced from what was recorded, so that it teaches more than the recording: whole scenes are shifted,
 * and the robot is put beside its way.
 */
export interface Nudges {
  /** B × F: the scene, with all that belongs to it; robot units. */
  readonly shift: Float64Array;
  /** B × S: the robot alone, a sensor error or a slip; normalised. */
  readonly slip: Float64Array;
}

export interface NudgeOptions {
  readonly random: Random;
  /** Standard deviations of the noise on normalised proprioception. */
  readonly jointNoise: number;
  readonly environmentNoise: number;
  readonly shiftTogether?: number;
  readonly recovery?: number;
}

export function drawNudges(samples: Samples, size: number, options: NudgeOptions): Nudges {
  const { features, joints, groups = [] } = samples;
  const { random, shiftTogether = 0 } = options;
  const shift = new Float64Array(size * features);
  const slip = new Float64Array(size * joints);
  for (let b = 0; b < size; b++) {
    if (shiftTogether > 0) {
      for (const group of groups) {
        const by = shiftTogether * group.spread * random.normal();
        for (const feature of group.features) shift[b * features + feature] = by;
      }
    }
    for (let i = 0; i < joints; i++) {
      const noise = noiseOf(samples, options, i);
      if (noise > 0) slip[b * joints + i] = noise * random.normal();
    }
  }
  return { shift, slip };
}

/** Of a feature, standard deviations: what is driven may be blurred, the places of things hardly. */
export function noiseOf({ joints, driven }: Samples, options: NudgeOptions, feature: number): number {
  return feature < joints && (driven?.[feature] ?? true) ? options.jointNoise : options.environmentNoise;
}

/**
 * What the displacement of sample `b` changes in the target of `channel`, `k` rows ahead: a goal moves with its scene; a
 * robot beside its way is told to come back, over `recovery` rows where actions are motions (corrective labels, as in
 * Ke et al. 2024, "CCIL", here without a model since a drive is known).
 */
export function correction(
  samples: Samples,
  nudges: Nudges,
  b: number,
  k: number,
  channel: number,
  recovery: number,
): number {
  const drive = samples.drives?.[channel];
  if (!drive || drive.feature === null) return 0;
  const { features, joints, inputScale } = samples;
  const shifted = nudges.shift[b * features + drive.feature] as number;
  const std = inputScale.std[drive.feature] as number;
  const slipped = recovery > 0 ? std * (nudges.slip[b * joints + drive.feature] as number) : 0;
  if (drive.kind === 'motion') {
    return recovery > 0 ? (-slipped / drive.gain / recovery) * (1 - 1 / recovery) ** k : 0;
  }
  const goal = drive.gain * shifted;
  return samples.relativeTo[channel] === null ? goal : goal - shifted - slipped;
}
