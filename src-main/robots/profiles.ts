import so101 from '../../resources/robots/so101.json';
import { parseProfile, type RobotProfile } from '../core/profile';

let parsed: RobotProfile | undefined;

/** The SO-101's body. Parsed once. */
export function so101Profile(): RobotProfile {
  parsed ??= parseProfile(so101);
  return parsed;
}
