import { resolve } from 'node:path';
import { z } from 'zod';
import type { Dataset, EpisodeInfo } from '../core/episode';
import { fault } from '../core/fault';
import { openDataset } from '../dataset/dataset';
import { lockFolder } from '../dataset/journal/lock';
import type { JobProgress } from '../exchange/job';
import type { Output } from './output';

/** Episodes on the command line: places from 0 as `dataset info --json` and LeRobot count them, `3`, `0-4,7`. */
export const episodes = z
  .string()
  .regex(/^\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*$/, 'episodes are numbers from 0 such as 3 or 0-4,7')
  .transform((text, context) => {
    const found = text.split(',').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return to < from ? [] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
    if (found.length === 0) context.addIssue({ code: 'custom', message: 'a range goes from the smaller number' });
    return [...new Set(found)];
  });

export const EPISODES_HELP = 'places from 0, such as 3 or 0-4,7';
export const index = z.coerce.number().int().min(0).max(1e6);
export const rowNumber = z.coerce.number().int().min(0).max(1e9);

/** Opens a dataset for the time of `work`. */
export async function withDataset<T>(folder: string, work: (dataset: Dataset) => Promise<T>): Promise<T> {
  const dataset = await openDataset(resolve(folder));
  try {
    return await work(dataset);
  } finally {
    await dataset.close();
  }
}

/** The same for work that changes it: refused while another program has it open, or where it is only read. */
export const withWritable = <T>(folder: string, work: (dataset: Dataset) => Promise<T>): Promise<T> =>
  withDataset(folder, async (dataset) => {
    if (dataset.readOnly !== null)
      throw fault('read-only', dataset.readOnly, 'Convert it first: understudy dataset convert --from F --out G');
    const lock = await lockFolder(dataset.folder);
    try {
      if (lock.refusal) throw fault('busy', lock.refusal, 'Close it there, then repeat.');
      return await work(dataset);
    } finally {
      await lock.release();
    }
  });

/** What an edit did, as JSON and in words. The old episodes are in the trash: nothing is lost by a slip. */
export function edited(output: Output, dataset: Dataset, what: string, changed: readonly EpisodeInfo[]): void {
  const { undo, trash } = dataset.editState();
  const list = dataset.list();
  const result = {
    dataset: dataset.folder,
    done: what,
    changed: changed.map(({ index: at, id, task, length }) => ({ index: at, id, task, length })),
    episodes: list.length,
    frames: list.reduce((sum, episode) => sum + episode.length, 0),
    undo,
    trash,
  };
  const lines = changed.map((episode) => `  episode ${episode.index}: ${episode.length} rows, "${episode.task}"`);
  const rest = `The dataset has ${list.length} ${list.length === 1 ? 'episode' : 'episodes'} now. What was there before lies in its trash (${trash}).`;
  output.result(result, [`${what}.`, ...lines, rest].join('\n'));
}

/** Progress for a terminal, and a signal that Ctrl-C aborts. */
export async function watched<T>(
  output: Output,
  work: (watch: { report: (progress: JobProgress) => void; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work({
      signal: abort.signal,
      report: ({ done, total, note }) =>
        output.tick(total > 0 ? `${Math.floor((100 * done) / total)} %  ${note}` : note),
    });
  } finally {
    process.off('SIGINT', interrupt);
    if (process.stderr.isTTY) output.endTick('');
  }
}
