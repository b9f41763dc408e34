import type { Vec3 } from '../../core/pose';
import { FENCE } from '../tasks/detour';
import type { Strategy } from './expert';
import { clamp, ramp, towards } from './steer';

/** Height at which the tool passes the fence, and where it gets down there, metres. */
const LOW = 0.028;
const DOWN = 0.145;
/** Where both ways lead off, on a line ahead that may be so far from the middle: it says nothing about the side. */
const FORK = 0.172;
const STRAY = 0.009;
/** Not ahead of here before the tool is wide enough to clear the fence's corner. */
const STOP = FENCE.front - 0.027;
/** How far from the middle the tool passes, and where it may turn in behind the fence. */
const LANE = FENCE.outer + 0.03;
const PAST = FENCE.back + 0.022;
const SPEED = 0.12;
/** The direction in which both ways lead off: forward and sideways shares of the speed. */
const AHEAD = 0.45;
const ASIDE = 0.89;

/**
 * Down, ahead about the middle, then obliquely out to the left or the right as the whim says, along the fence's outside
 * and in behind it. The oblique way goes on ahead: the mean of the two leads into the fence.
 */
export const detour: Strategy = ({ tool, whim: [which, line], object }) => {
  const side = which < 0.5 ? 1 : -1;
  const start = STRAY * (2 * line - 1);
  const [x, y, z] = tool.pos;
  const out = side * y;
  const behind = ramp(x, PAST - 0.012, PAST);
  const high = ramp(z, LOW + 0.012, LOW + 0.026) * ramp(x, FENCE.front, FENCE.front - 0.02);
  const down = towards(tool.pos, [DOWN, start, LOW], SPEED, 5);
  const forked = Math.max(ramp(x, FORK - 0.004, FORK + 0.004), ramp(out, 0.02, 0.03));
  const wide = ramp(out, FENCE.outer + 0.01, FENCE.outer + 0.02);
  const oblique = Math.min(AHEAD * SPEED, Math.max(-0.05, 5 * (STOP - x)));
  const ahead = SPEED * (1 - forked) + forked * (oblique + (SPEED - oblique) * wide);
  const lane = clamp(5 * (LANE - out), -0.05, ASIDE * SPEED);
  const along = clamp(6 * (start - y), -0.06, 0.06);
  const around: Vec3 = [ahead, forked * side * lane + (1 - forked) * along, clamp(5 * (LOW - z), -0.06, 0.06)];
  const home = towards(tool.pos, object('target').pos, SPEED, 4);
  const mix = (i: 0 | 1 | 2) => high * down[i] + (1 - high) * ((1 - behind) * around[i] + behind * home[i]);
  return { velocity: [mix(0), mix(1), mix(2)], pitch: -1.3, turn: 0, opening: 0 };
};
