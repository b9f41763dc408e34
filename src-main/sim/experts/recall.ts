import { GO } from '../tasks/recall';
import type { Strategy } from './expert';
import { towards } from './steer';

/** Hold still where the start put the arm until the light is green, then go to the marker that was lit. */
export const recall: Strategy = ({ tool, opening, time, object }) => ({
  velocity: time < GO ? [0, 0, 0] : towards(tool.pos, object('answer').pos, 0.13, 4),
  pitch: -1.25,
  turn: 0,
  opening,
});
