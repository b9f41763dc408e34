import { ramp } from '../robust';
import { seconds } from '../words';
import { type Judge, reason } from './reason';

/** Robust distance from the others' lengths, in deviations of the logarithm, that is odd. */
const ODD = 3;

export const judgeLength: Judge = ({ measure: { length }, siblings: { length: usual }, fps }) => {
  if (!usual) return [];
  const off = Math.log(length) - usual.log;
  const severity = ramp(Math.abs(off) / usual.spread, ODD, 3 * ODD);
  const times = Math.exp(Math.abs(off)).toFixed(1);
  const [message, tip] =
    off < 0
      ? [
          `${times} times shorter than its ${usual.n} siblings (${seconds(length / fps)})`,
          'Does it show the whole task? If not, remove it.',
        ]
      : [
          `${times} times longer than its ${usual.n} siblings (${seconds(length / fps)})`,
          'Detours teach detours: record it again in one go.',
        ];
  return reason('length', 25, severity, message, tip);
};

export const judgeLabel: Judge = ({ info, measure, siblings: { goal } }) => {
  if (info.success === null) {
    return reason('label', 4, 1, 'Nobody has said whether it is a success', 'Mark it as success or failure.');
  }
  const ended = goal?.distance(measure);
  if (!ended) return [];
  if (info.success && ended.short) {
    return reason(
      'label',
      30,
      0.5 + 0.5 * ramp(ended.progress, 0.8, 0),
      `Marked as success, but it ends with ${ended.text} the place where the ${ended.n} successes end`,
      'Look at its last second: mark it as failure, or remove it.',
    );
  }
  if (!info.success && ended.like) {
    return reason(
      'label',
      8,
      1,
      `Marked as failure, but it ends just where the ${ended.n} successes end`,
      'Look at its last second: is the label right?',
    );
  }
  return [];
};
