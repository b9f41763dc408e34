import type { JobOutcome, JobRequest, JobWatch } from './job';
import { count } from './watch';

/** An import as a job: what was made, in a sentence, and what a person should know. */
export async function importFolder(
  { source, folder }: Extract<JobRequest, { kind: 'import' }>,
  watch: JobWatch,
): Promise<JobOutcome> {
  const { importInto } = await import('./import/import');
  const abort = new AbortController();
  if (watch.signal?.aborted) abort.abort();
  watch.signal?.addEventListener('abort', () => abort.abort());
  const result = await importInto(source, folder, {}, { report: watch.report, signal: abort.signal });
  const skipped = result.skipped > 0 ? `, ${result.skipped} left out` : '';
  const note = `${count(result.episodes, 'demonstration')} with ${count(result.frames, 'row')} imported${skipped}`;
  return { note, report: [...result.report] };
}
