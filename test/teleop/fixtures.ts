import profileData from '../../resources/robots/so101.json';
import { parseProfile, specOf, toHinge } from '../../src-main/core/profile';
import type { Observation, Vector } from '../../src-main/core/types';
import { Kinematics } from '../../src-main/teleop/kinematics';

export const PROFILE = parseProfile(profileData);
export const SO101 = specOf(PROFILE);
export const ARM = Kinematics.of(PROFILE);
export const HOME = toHinge(PROFILE, PROFILE.home);
export const seenAt = (t: number, joints: Vector = PROFILE.home): Observation => ({ t, joints, environment: [] });
export const tipOf = (joints: Vector) => ARM.forward(toHinge(PROFILE, joints)).pos;
