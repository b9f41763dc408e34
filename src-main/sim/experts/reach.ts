import type { Strategy } from './expert';
import { ramp, towards } from './steer';

/** Straight to the marker, lifting the gaze of the gripper where the arm is high: it cannot point straight down there. */
export const reach: Strategy = ({ tool, opening, object }) => ({
  velocity: towards(tool.pos, object('target').pos, 0.12, 4),
  pitch: -1.25 + 0.65 * ramp(tool.pos[2], 0.08, 0.2),
  turn: 0,
  opening,
});
