import type { Known } from '../judge/siblings';
import { taskKey } from '../judge/siblings';
import { count, listed } from '../words';
import type { Adviser } from './advice';

export const adviseUnjudged: Adviser = ({ known }) => {
  const open = known.filter(({ info }) => info.success === null);
  if (open.length === 0) return [];
  return [
    {
      weight: 10 + 20 * (open.length / known.length),
      title: `Judge ${count(open.length, 'demonstration')}`,
      text: `${open.length} of ${known.length} ${open.length === 1 ? 'has' : 'have'} no label. Marked failures are left out of training; unmarked ones are learned like successes.`,
      episodes: open.map(({ info }) => info.id),
    },
  ];
};

export const adviseWrongLabels: Adviser = ({ episodes, known }) => {
  const found = episodes.flatMap(({ id, reasons }, n) => {
    const reason = reasons.find(({ kind }) => kind === 'label');
    return reason && known[n]?.info.success !== null ? [{ id, reason }] : [];
  });
  const first = found.sort((a, b) => b.reason.cost - a.reason.cost || (a.id < b.id ? -1 : 1))[0];
  if (!first) return [];
  return [
    {
      weight: 24 + Math.min(12, 2 * found.length),
      title: found.length === 1 ? 'Check one label' : `Check ${found.length} labels`,
      text: `${first.reason.message}. ${first.reason.tip}`,
      episodes: found.map(({ id }) => id),
    },
  ];
};

/** Failures that are compared, and successes each is compared with: enough to find twins, whatever the dataset's size. */
const MOST = 200;
/** Twins: nowhere further apart than this, in units of motion (r.m.s. over outlines). */
const ALIKE = 0.03;

/** A success and a failure that look the same: one of the labels is likely wrong, or the difference cannot be seen. */
export const adviseTwins: Adviser = ({ known }) => {
  const byId = (a: Known, b: Known) => (a.info.id < b.info.id ? -1 : 1);
  const some = (success: boolean) =>
    known
      .filter(({ info }) => info.success === success)
      .sort(byId)
      .slice(0, MOST);
  const successes = some(true);
  const pairs = some(false).flatMap((failure) => {
    const twin = successes.find(
      (one) =>
        taskKey(one.info.task) === taskKey(failure.info.task) &&
        apart(one.measure.outline, failure.measure.outline) < ALIKE &&
        close(one.measure.start, failure.measure.start) &&
        close(one.measure.end, failure.measure.end),
    );
    return twin ? [[twin, failure] as const] : [];
  });
  const [first] = pairs;
  if (!first) return [];
  const named = listed(first.map(({ info }) => String(info.index)));
  return [
    {
      weight: 20 + Math.min(10, 2 * pairs.length),
      title: 'The same motion with two labels',
      text: `${count(pairs.length, 'failure')} ${pairs.length === 1 ? 'is' : 'are'} nearly identical to a success, such as demonstrations ${named}. Look at both: one label is likely wrong.`,
      episodes: pairs.flat().map(({ info }) => info.id),
    },
  ];
};

function apart(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  return Math.sqrt(a.reduce((sum, v, i) => sum + (v - (b[i] ?? 0)) ** 2, 0) / a.length);
}

const close = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((v, i) => Math.abs(v - (b[i] ?? 0)) <= 0.02 * Math.max(1, Math.abs(v)));
