import { taskKey } from '../judge/siblings';
import { count } from '../words';
import type { Adviser } from './advice';

/** Demonstrations of one task with which a policy begins to work, and after which failures are worth showing. */
const BEGIN = 20;

export const adviseAmount: Adviser = ({ known }) => {
  const tasks = new Map<string, { text: string; n: number }>();
  for (const { info } of known) {
    if (info.success === false) continue;
    const key = taskKey(info.task);
    const task = tasks.get(key);
    if (task) task.n++;
    else tasks.set(key, { text: info.task, n: 1 });
  }
  const few = [...tasks.values()]
    .filter(({ n }) => n < BEGIN)
    .sort((a, b) => b.n - a.n || (a.text < b.text ? -1 : 1))[0];
  if (!few || tasks.size > 1) return [];
  return [
    {
      weight: 12 + 20 * (1 - few.n / BEGIN),
      title: `Record ${BEGIN - few.n} more`,
      text: `${count(few.n, 'demonstration')} of “${few.text}” so far; from about ${BEGIN} on a policy begins to work, and each one more helps.`,
      episodes: [],
    },
  ];
};

/** A policy that has only seen things go well does not know how to go on when they do not (Ross et al. 2011, DAgger). */
export const adviseFailures: Adviser = ({ known }) => {
  const corrections = known.filter(({ info }) => info.interventions > 0).length;
  if (known.length < BEGIN || corrections >= known.length * 0.05) return [];
  const text =
    corrections === 0
      ? `None of the ${known.length} demonstrations is a correction.`
      : `Only ${corrections} of the ${known.length} demonstrations are corrections.`;
  return [
    {
      weight: 6,
      title: 'Show how to recover',
      text: `${text} Once a policy drives, take over when it goes wrong: five such takes teach it what no perfect one can.`,
      episodes: [],
    },
  ];
};
