import { specOf } from '../../../src-main/core/profile';
import { profileFor } from '../../world/profiles';

/** The pretended robot. Development only, as everything in this folder. */
const profile = profileFor('so101');
if (!profile) throw new Error('resources/robots/so101.json is missing');
export const spec = specOf(profile, 'so101-sim');
export const PROMPT = 'pick up the cube and put it in the tray';

export const joints = (t: number): number[] => [
  0.35 * Math.sin(t * 0.7),
  -0.33 + 0.25 * Math.sin(t * 0.5),
  0.155 + 0.25 * Math.sin(t * 0.9),
  1.4 + 0.1 * Math.sin(t),
  0.3 * Math.sin(t * 1.1),
  0.3 + 0.25 * Math.sin(t * 1.3),
];
