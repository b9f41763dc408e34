import type { Vec3 } from '../../core/pose';
import { FENCE } from '../tasks/detour';
import type { Strategy } from './expert';
import { clamp, ramp, towards } from './steer';

/** Height at which the tool passes the fence; where in front of it, and how far off the middle line, it waits, metres. */
const LOW = 0.028;
const FORK = 0.17;
const STRAY = 0.01;
/** When the way is chosen, seconds. */
const CHOSEN = { first: 1.8, last: 2.7 };
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
 * Down to the fork, where it hesitates as people do; then obliquely out to the left or the right as the whim says, along
 * the fence's outside and in behind it. At the fork nothing that can be seen tells the side or the moment: the median
 * of what was shown is to stay for good, and the mean leads ahead into the fence.
 */
export const detour: Strategy = ({ tool, time, whim: [which, when, where], object }) => {
  const side = which < 0.5 ? 1 : -1;
  const [x, y, z] = tool.pos;
  const out = side * y;
  const chosen = CHOSEN.first + when * (CHOSEN.last - CHOSEN.first);
  const off = Math.max(ramp(time, chosen, chosen + 0.05), ramp(out, 0.018, 0.026));
  const behind = ramp(x, PAST - 0.012, PAST);
  const wide = ramp(out, FENCE.outer + 0.01, FENCE.outer + 0.02);
  const oblique = Math.min(AHEAD * SPEED, Math.max(-0.05, 5 * (STOP - x)));
  const lane = clamp(5 * (LANE - out), -0.05, ASIDE * SPEED);
  const around: Vec3 = [oblique + (SPEED - oblique) * wide, side * lane, clamp(5 * (LOW - z), -0.06, 0.06)];
  const line = STRAY * (2 * where - 1);
  // Sideways first: whoever comes down beside the line would give the side away.
  const wait: Vec3 = [
    clamp(6 * (FORK - x), -0.08, 0.08),
    clamp(9 * (line - y), -0.09, 0.09),
    clamp(5 * (LOW - z), -0.09 * ramp(Math.abs(y - line), 0.012, 0.004), 0.06),
  ];
  const home = towards(tool.pos, object('target').pos, SPEED, 4);
  const mix = (i: 0 | 1 | 2) => (1 - off) * wait[i] + off * ((1 - behind) * around[i] + behind * home[i]);
  return { velocity: [mix(0), mix(1), mix(2)], pitch: -1.3, turn: 0, opening: 0 };
};
