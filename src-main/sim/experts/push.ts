import { add, rotate, scale, sub, type Vec3 } from '../../core/pose';
import type { Strategy } from './expert';
import { clamp, nearest, ramp, towards } from './steer';

/** High enough that a hand that sinks a centimetre does not scrape over the table. */
const LOW = 0.026;
const HIGH = 0.075;
/** How far behind the cube's centre the gripper goes down, metres. */
const BEHIND = 0.055;

/**
 * Gets behind the cube as seen from the target, goes down, pushes along the line to the target. Off the line it backs
 * up and comes again. Pointing 70° down makes the closed jaw's outer face upright, so that it does not tip the cube.
 */
export const push: Strategy = ({ tool, object }) => {
  const cube = object('cube').pos;
  const target = object('target').pos;
  const way: Vec3 = [target[0] - cube[0], target[1] - cube[1], 0];
  const left = Math.hypot(way[0], way[1]);
  const d: Vec3 = left > 1e-6 ? scale(way, 1 / left) : [1, 0, 0];
  const side: Vec3 = [-d[1], d[0], 0];
  const rel = sub(tool.pos, cube);
  const along = rel[0] * d[0] + rel[1] * d[1];
  const across = rel[0] * side[0] + rel[1] * side[1];

  const low = ramp(tool.pos[2], LOW + 0.016, LOW + 0.006);
  // May be down here: behind the cube (well behind it before going down) and not far off the line.
  const edge = -0.009 - 0.026 * ramp(tool.pos[2], LOW + 0.004, LOW + 0.02);
  const placed = ramp(along, edge, edge - 0.012) * ramp(Math.abs(across), 0.024, 0.012);
  const arrived = ramp(left, 0.012, 0.006);

  // Up: over to the point behind the cube. Down and in line: push. Down and off the line: back off.
  const over = towards(tool.pos, add(cube, add(scale(d, -BEHIND), [0, 0, HIGH])), 0.16);
  const back = scale(d, -0.05);
  const speed = clamp(2 * left, 0.02, 0.07) * (1 - arrived);
  const shove = add(scale(d, speed), scale(side, clamp(-5 * across, -0.05, 0.05) * (1 - arrived)));
  const high: Vec3 = [over[0], over[1], 0];
  const down = add(scale(shove, placed), scale(back, (1 - placed) * (1 - arrived)));
  const level = add(scale(high, 1 - low), scale(down, low));

  const goal = arrived > 0.5 ? LOW : LOW + (1 - placed) * (HIGH - LOW);
  const climb = clamp(4 * (goal - tool.pos[2]), -0.07, 0.14);
  // The jaw's flat face looks along the way, so that the cube goes where it is pushed.
  const faces = rotate(tool.quat, [0, 0, 1]);
  const turn = nearest(Math.atan2(faces[1], faces[0]) - Math.atan2(d[1], d[0]), 2 * Math.PI);
  return { velocity: [level[0], level[1], climb], pitch: -1.2, turn: turn * ramp(left, 0.015, 0.03), opening: 0 };
};
