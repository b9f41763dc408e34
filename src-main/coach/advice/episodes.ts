import { count, percent } from '../words';
import type { Adviser } from './advice';

/** Below this a demonstration had better be recorded again. */
const POOR = 55;

export const adviseWorst: Adviser = ({ episodes }) => {
  const poor = episodes.filter(({ score }) => score < POOR).sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1));
  const worst = poor[0];
  if (!worst) return [];
  return [
    {
      weight: 10 + 60 * (poor.length / episodes.length) + (POOR - worst.score) / 5,
      title: poor.length === 1 ? 'Record one again' : `Record ${poor.length} again`,
      text: `${count(poor.length, 'demonstration')} of ${episodes.length} ${poor.length === 1 ? 'has' : 'have'} a score below ${POOR}. The worst (${worst.score}): ${worst.reasons[0]?.message ?? ''}.`,
      episodes: poor.map(({ id }) => id),
    },
  ];
};

/** Shares of idle rows that are worth a cut. */
const NOTED = 4;

export const adviseIdle: Adviser = ({ known, episodes }) => {
  const found = episodes.flatMap(({ id, reasons }, n) => {
    const cost = reasons.filter(({ kind }) => kind === 'idle').reduce((sum, reason) => sum + reason.cost, 0);
    return cost >= NOTED ? [{ id, cost, measure: known[n]?.measure }] : [];
  });
  if (found.length === 0) return [];
  const rows = found.reduce((sum, { measure }) => sum + (measure?.length ?? 0), 0);
  const still = found.reduce((sum, { measure }) => sum + (measure ? measure.idle.share * measure.length : 0), 0);
  const cost = found.reduce((sum, one) => sum + one.cost, 0);
  return [
    {
      weight: 8 + cost / episodes.length + 10 * (found.length / episodes.length),
      title: 'Cut what stands still',
      text: `In ${count(found.length, 'demonstration')} ${percent(still / Math.max(1, rows))} of the rows show an arm that does not move, and a policy learns to stand there. Open one and cut the idle part.`,
      episodes: found.sort((a, b) => b.cost - a.cost || (a.id < b.id ? -1 : 1)).map(({ id }) => id),
    },
  ];
};
