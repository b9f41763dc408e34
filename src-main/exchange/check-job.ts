import { checkDataset } from '../dataset/check';
import { isSound, repairDataset } from '../dataset/repair';
import type { JobOutcome, JobRequest, JobWatch } from './job';

/** Check and repair as jobs: the verdict in a sentence, and the report. */
export async function checkFolder(
  { dataset, deep }: Extract<JobRequest, { kind: 'check' }>,
  watch: JobWatch,
): Promise<JobOutcome> {
  const result = await checkDataset(dataset, { deep, ...watch });
  const wrong = result.lines.filter(({ level }) => level === 'error' || level === 'warning').length;
  const note = isSound(result)
    ? 'Nothing is wrong'
    : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong${result.readable ? ': a repair puts right what can be' : ''}`;
  return { note, report: [...result.lines] };
}

export async function repairFolder(
  { dataset }: Extract<JobRequest, { kind: 'repair' }>,
  watch: JobWatch,
): Promise<JobOutcome> {
  const { lines, sound } = await repairDataset(dataset, watch);
  const note = sound ? 'Repaired: nothing is wrong any more' : 'Repaired what can be; the report says what is left';
  return { note, report: [...lines] };
}
