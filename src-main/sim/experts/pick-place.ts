import { rotate, type Vec3 } from '../../core/pose';
import { TRAY, TRAY_HALF } from '../tasks/pick-place';
import { yawOf } from '../tasks/task';
import type { Intent, Strategy } from './expert';
import { clamp, nearest, ramp, towards } from './steer';

const PITCH = -1.5;
const HOVER = 0.06;
/** Height of the tool point when the pads close on the cube. */
const GRASP = 0.013;
const OPEN = 0.38;
/** Below this the jaws hold the cube (0.16 by geometry) or nothing at all. */
const HELD = 0.19;
/**
 * From the tool point to where the cube's centre should be, along the direction in which the gripper opens, metres: at
 * the fixed pad when the jaws touch it (0.16 open), and clear of that pad by 8 mm when they come down around it.
 */
const middle = (opening: number) => 0.0105 + 0.036 * clamp(opening - 0.16, 0, 0.22);

/**
 * Hover over the cube, turn the jaws to its sides, down, close, up, over to the tray, open, up. Each step follows from
 * the gripper's opening and where the cube is, so a lost cube is simply picked up again.
 */
export const pickPlace: Strategy = ({ tool, opening, object }) => {
  const { pos: cube, quat } = object('cube');
  const [x, y, z] = tool.pos;
  const opens = rotate(tool.quat, [0, 0, 1]);
  const facing = Math.atan2(opens[1], opens[0]);
  const mx = x + middle(opening) * Math.cos(facing);
  const my = y + middle(opening) * Math.sin(facing);
  const ex = cube[0] - mx;
  const ey = cube[1] - my;
  const off = Math.hypot(ex, ey);
  const overTray = Math.max(Math.abs(cube[0] - TRAY[0]), Math.abs(cube[1] - TRAY[1])) < TRAY_HALF - 0.008;
  const between = off < 0.014 && Math.abs(cube[2] - z) < 0.014;
  const straight = -nearest(facing - Math.atan2(y, x), 2 * Math.PI);
  const stay = (velocity: Vec3, openTo: number, turn = 0): Intent => ({
    velocity,
    pitch: PITCH,
    turn,
    opening: openTo,
  });

  // In the tray, or above it with the jaws opening: let go, then rise.
  if (overTray && (cube[2] < 0.03 || opening > HELD)) {
    const up = ramp(opening, 0.24, 0.3);
    return stay([0, 0, clamp(5 * (HOVER + 0.02 - z), -0.1, 0.12) * up], OPEN);
  }
  if (between && opening < HELD) {
    // Held: up, then over to the tray, let go there.
    const near = Math.hypot(TRAY[0] - cube[0], TRAY[1] - cube[1]);
    const [vx, vy] = towards([cube[0], cube[1], 0], [TRAY[0], TRAY[1], 0], 0.1, 3);
    const free = ramp(z, 0.032, 0.048);
    return stay(
      [vx * free, vy * free, clamp(6 * (HOVER - z), -0.08, 0.08)],
      OPEN * ramp(near, 0.03, 0.02),
      -straight * free,
    );
  }
  // Roll is clockwise from behind, and the gripper looks down: clockwise from above.
  const turn = -nearest(yawOf(quat) - facing, Math.PI / 2);
  const square = ramp(off, 0.01, 0.004) * ramp(Math.abs(turn), 0.3, 0.1);
  // Open jaws may come down around the cube; jaws that are around it already stay down, for they are closing.
  const around = ramp(z, 0.03, 0.024);
  const down = square * Math.max(around, ramp(opening, 0.28, 0.33));
  const goal = GRASP + (1 - down) * (HOVER - GRASP);
  // The jaws close over the last millimetres of the way down: no instant at which everything changes.
  const openTo = OPEN * (1 - square * ramp(z, 0.021, 0.016));
  const [vx, vy] = towards([mx, my, 0], [cube[0], cube[1], 0], 0.1, 5);
  // Deep down beside the cube the jaws must first rise before they move across.
  const free = off < 0.02 ? 1 : ramp(z, 0.03, 0.045);
  return stay([vx * free, vy * free, clamp(6 * (goal - z), -0.07, 0.1)], openTo, turn);
};
