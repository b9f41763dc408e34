import { ramp } from '../robust';
import { FREE } from '../rows/idle';
import { percent, seconds } from '../words';
import { type Judge, reason } from './reason';

/** A take that stands still in this share of its rows shows nothing. */
const NOTHING = 0.97;

/** Standing still, by part: before the first motion, after the last, in between. docs/coach.md has the thresholds. */
export const judgeIdle: Judge = ({ measure: { idle, length }, fps }) => {
  const start = Math.max(0, idle.start / fps - FREE.start);
  const end = Math.max(0, idle.end / fps - FREE.end);
  const all = (idle.excess * length) / fps;
  const inner = idle.longest ? Math.max(0, all - start - end) : 0;
  if (all <= 0) return [];
  if (idle.share >= NOTHING) {
    return reason(
      'idle',
      60,
      1,
      'Nothing moves in it',
      'Drive the arm while you record; remove takes that show nothing.',
    );
  }
  const severity = ramp(idle.excess, 0.03, 0.5);
  const part = (excess: number) => (severity * excess) / all;
  const still = percent(idle.share);
  const cut = 'Cut it off here, or start and stop the recording closer to the motion.';
  return [
    ...reason(
      'idle',
      45,
      part(start),
      `${seconds(idle.start / fps)} pass before anything moves (${still} of it stands still)`,
      cut,
      [0, idle.start],
    ),
    ...reason(
      'idle',
      45,
      part(end),
      `It stands still for the last ${seconds(idle.end / fps)} (${still} of it stands still)`,
      cut,
      [length - idle.end, length],
    ),
    ...reason(
      'idle',
      45,
      part(inner),
      `It pauses on the way, up to ${seconds(((idle.longest?.[1] ?? 0) - (idle.longest?.[0] ?? 0)) / fps)} at a time (${still} stands still)`,
      'A policy learns to wait, too: think first, then move through without a stop.',
      idle.longest ?? undefined,
    ),
  ];
};

export const judgeJerk: Judge = ({ measure: { tremor, smoothness, idle } }) => {
  const shaking = ramp(tremor, 0.04, 0.4);
  // Pauses are rough, too, and are paid for already.
  const halting = 0.5 * ramp(-smoothness, 2, 3.2) * (1 - ramp(idle.excess, 0, 0.1));
  const tip = 'Lower the speed in the drive settings and move in one calm stroke.';
  return shaking >= halting
    ? reason('jerk', 35, shaking, `It trembles: ${percent(tremor)} of the motion is faster than 5 Hz`, tip)
    : reason('jerk', 35, halting, `It moves in fits and starts (smoothness ${smoothness.toFixed(1)})`, tip);
};

export const judgeSaturation: Judge = ({ measure: { saturation } }) =>
  reason(
    'saturation',
    10,
    ramp(saturation, 0.35, 0.9),
    `The command sits at its greatest speed in ${percent(saturation)} of the rows`,
    'Push the stick less far, or raise the speed setting: then there is something to learn from.',
  );

const RULES: Readonly<Record<string, readonly [string, string]>> = {
  limit: ['mostly at the end of a joint’s range', 'Stay away from the ends of the joints; start from another pose.'],
  speed: ['mostly for being too fast', 'Move slower, or raise the joints’ speed limit in the robot’s profile.'],
  step: ['mostly for being too far ahead of the arm', 'Something blocks or slows the arm; move slower.'],
};

export const judgeClipped: Judge = ({ measure: { clipped, rule } }) => {
  const [why, tip] = RULES[rule ?? ''] ?? ['what was asked is not what was done', 'Move slower and within reach.'];
  return reason(
    'clipped',
    25,
    ramp(clipped, 0.05, 0.6),
    `The safety clamp changed ${percent(clipped)} of the commands, ${why}`,
    tip,
  );
};

export const judgeDropped: Judge = ({ measure: { missing, longestStep, late } }) => {
  const [camera = '', share = 0] = Object.entries(late).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [];
  const holes = ramp(missing, 0.004, 0.2);
  const delay = 0.7 * ramp(share, 0.05, 0.6);
  const tip = 'Close other programs, or record fewer and smaller cameras.';
  return holes >= delay
    ? reason(
        'dropped',
        35,
        holes,
        `${percent(missing)} of the rows are missing, the longest hole is ${seconds(longestStep)}`,
        tip,
      )
    : reason('dropped', 35, delay, `${percent(share)} of the pictures of ${camera} do not belong to their row`, tip);
};
