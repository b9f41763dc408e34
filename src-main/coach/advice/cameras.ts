import type { QualityKind } from '../../core/quality';
import { count } from '../words';
import type { Adviser } from './advice';

const FAULTS: Partial<Record<QualityKind, readonly [title: string, what: string]>> = {
  swapped: ['Cameras have changed places', 'show what the other camera shows elsewhere'],
  frozen: ['A camera stands still', 'have a picture that does not change while the arm moves'],
  dark: ['More light', 'are too dark'],
  bright: ['Less light', 'are over-exposed'],
  blur: ['A camera is out of focus', 'are blurred'],
  dropped: ['The computer is too slow', 'have rows missing or pictures that came late'],
};
/** A reason that costs less is not worth a line. */
const NOTED = 6;

/** One piece of advice for each fault of cameras and timing: they have one cause, and it is not the person's driving. */
export const adviseCameras: Adviser = ({ episodes }) =>
  Object.entries(FAULTS).flatMap(([kind, [title, what]]) => {
    const found = episodes.flatMap(({ id, reasons }) => {
      const reason = reasons.find((one) => one.kind === kind && one.cost >= NOTED);
      return reason ? [{ id, reason }] : [];
    });
    const first = found.sort((a, b) => b.reason.cost - a.reason.cost || (a.id < b.id ? -1 : 1))[0];
    if (!first) return [];
    const cost = found.reduce((sum, { reason }) => sum + reason.cost, 0);
    const many =
      found.length === 1
        ? what
            .replace(/^are /, 'is ')
            .replace(/^have /, 'has ')
            .replace(/^show /, 'shows ')
        : what;
    return [
      {
        weight: 14 + cost / Math.max(1, episodes.length) + Math.min(10, cost / 10),
        title,
        text: `${count(found.length, 'demonstration')} ${many}. Worst: ${first.reason.message}. ${first.reason.tip}`,
        episodes: found.map(({ id }) => id),
      },
    ];
  });
