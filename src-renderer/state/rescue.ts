import type { RescuedTake, RescueReport } from '../../src-main/core/state';
import { count, seconds } from './format';

/** The report of a rescue in a sentence. */
export function rescueTitle({ takes }: RescueReport): string {
  const saved = takes.filter((take) => take.rows > 0).length;
  const rest = takes.length - saved;
  if (saved === 0) return `${count(rest, 'demonstration')} could not be saved after a crash`;
  const verb = saved === 1 ? 'was' : 'were';
  const title = `${count(saved, 'demonstration')} ${verb} saved after a crash`;
  return rest === 0 ? title : `${title}, ${rest} could not be`;
}

/** What a person should know of one take. */
export function rescueLine({ rows, seconds: length, confirmed, lost }: RescuedTake): string {
  const what =
    rows === 0
      ? null
      : confirmed
        ? `${seconds(length)}, as you kept it.`
        : `${seconds(length)}, not judged yet: look at it, then label or delete it.`;
  return [what, lost].filter((part) => part !== null).join(' ');
}
