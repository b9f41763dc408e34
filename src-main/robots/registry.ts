import { fault } from '../core/fault';
import type { RobotProfile } from '../core/profile';
import type { Robot } from '../core/robot';
import { so101Profile } from './profiles';
import { So101, type So101Options } from './so101';

export type RobotOptions = Omit<So101Options, 'profile' | 'kind'>;

interface RobotEntry {
  readonly profile: () => RobotProfile;
  readonly simulated: boolean;
  create(options: RobotOptions): Robot;
}

const so101 = (kind: string) => (options: RobotOptions) => new So101({ ...options, profile: so101Profile(), kind });

/** Every robot we can drive, by kind. To add one: its driver in this room, its profile in resources/robots, a line here. */
export const ROBOTS = {
  so101: { profile: so101Profile, simulated: false, create: so101('so101') },
  'so101-sim': { profile: so101Profile, simulated: true, create: so101('so101-sim') },
} as const satisfies Record<string, RobotEntry>;

export type RobotKind = keyof typeof ROBOTS;
export const ROBOT_KINDS = Object.keys(ROBOTS) as RobotKind[];

export function robotEntry(kind: string): RobotEntry {
  const found = ROBOT_KINDS.find((known) => known === kind);
  if (found) return ROBOTS[found];
  throw fault('not-found', `There is no robot of kind ${kind}.`, `Choose one of: ${ROBOT_KINDS.join(', ')}.`);
}
