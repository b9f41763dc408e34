import { fault } from '../core/fault';
import { type CheckOptions, checkDataset, openForCheck } from './check';
import { orphansOf, plural } from './check-files';
import { type CheckLine, type CheckResult, Findings } from './check-report';
import { openDataset } from './dataset';
import { nodeFiles } from './files';
import { withTotals } from './info';
import { lockFolder } from './journal/lock';
import { INFO, STATS, TASKS } from './layout';
import { pageStats } from './pages';
import { recountFiles } from './repair-rows';
import { rebuiltTasks } from './repair-tasks';
import { poolAll, statsJson } from './stats';
import { rowsBefore } from './store';
import { writeTasks } from './tasks';
import { recover, Transaction } from './transaction';

export interface RepairResult {
  /** What was done, then how the dataset is now. */
  readonly lines: readonly CheckLine[];
  /** Whether nothing is wrong any more. */
  readonly sound: boolean;
}

/**
 * Puts right what a check finds: totals, tasks, statistics, index and time columns. Episodes whose rows or pictures are
 * lost go to the trash, files that belong to nobody to a folder in it. Nothing is deleted, and each step is whole or
 * absent. Rejects with `busy` while another program has the dataset open.
 */
export async function repairDataset(folder: string, options: Omit<CheckOptions, 'deep'> = {}): Promise<RepairResult> {
  const lock = await lockFolder(folder);
  try {
    if (lock.refusal) throw fault('busy', lock.refusal, 'Close it there, then repair.');
    await recover(nodeFiles, folder);
    const done: CheckLine[] = [];
    const say = (text: string) => done.push({ level: 'info', text });
    const look = () => checkDataset(folder, { ...options, deep: false });
    let found = await look();
    if (!found.readable) return { lines: found.lines, sound: false };
    if (found.rebuild.has('tasks')) {
      await repairTasks(folder, say);
      found = await look();
    }
    if (found.rebuild.has('info')) await repairTotals(folder, say);
    await putOrphansAway(folder, say);
    await repairRows(folder, found, say);
    await removeBroken(folder, found, say);
    let after = await look();
    if (after.rebuild.has('stats')) {
      await repairStats(folder, say);
      after = await look();
    }
    return { lines: [...done, ...after.lines], sound: isSound(after) };
  } finally {
    await lock.release();
  }
}

export const isSound = ({ lines }: Pick<CheckResult, 'lines'>): boolean =>
  lines.every(({ level }) => level === 'ok' || level === 'info');

async function opened(folder: string) {
  const open = await openForCheck(folder, new Findings());
  if (open) return open;
  throw fault('corrupt', `${folder} can no longer be read`, 'Check it again.');
}

const text = (value: string) => new TextEncoder().encode(value);

async function repairTasks(folder: string, say: (text: string) => void): Promise<void> {
  const { store, now, taskList } = await opened(folder);
  const tasks = await rebuiltTasks(store, now, taskList ?? []);
  const change = new Transaction(nodeFiles, folder);
  await change.stage(TASKS, await writeTasks(tasks));
  await change.commit();
  say(`The list of ${plural(tasks.length, 'task')} was made again from the demonstrations`);
}

async function repairTotals(folder: string, say: (text: string) => void): Promise<void> {
  const { now } = await opened(folder);
  const { records, tasks, info } = now;
  const frames = rowsBefore(now, records.length);
  const right = withTotals(info, { episodes: records.length, frames, tasks: tasks.length });
  const change = new Transaction(nodeFiles, folder);
  await change.stage(INFO, text(JSON.stringify(right, null, 4)));
  await change.commit();
  say(`The totals were counted again: ${plural(records.length, 'demonstration')}, ${plural(frames, 'row')}`);
}

/** A later recording would take their names: they must be out of its way first. */
async function putOrphansAway(folder: string, say: (text: string) => void): Promise<void> {
  const { store, now } = await opened(folder);
  const orphans = await orphansOf(store, now);
  if (orphans.length === 0) return;
  const change = new Transaction(nodeFiles, folder);
  const place = `.trash/_unknown-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  for (const { path } of orphans) change.move(path, `${place}/${path}`);
  await change.commit();
  say(`Moved to ${place}: ${plural(orphans.length, 'file')} of no demonstration`);
}

async function repairRows(
  folder: string,
  { miscounted, mismeasured }: CheckResult,
  say: (text: string) => void,
): Promise<void> {
  const wrong = [...new Set([...miscounted, ...mismeasured])].sort((a, b) => a - b);
  if (wrong.length === 0) return;
  const { store, now } = await opened(folder);
  const change = new Transaction(nodeFiles, folder);
  try {
    const fixed = await recountFiles(store, now, wrong, change);
    await change.commit();
    const names = fixed.join(', ');
    if (fixed.length > 0)
      say(`Counted, timed and measured again: ${fixed.length === 1 ? 'demonstration' : 'demonstrations'} ${names}`);
  } catch (error) {
    await change.abandon();
    throw error;
  }
}

async function removeBroken(folder: string, { broken }: CheckResult, say: (text: string) => void): Promise<void> {
  if (broken.length === 0) return;
  const dataset = await openDataset(folder);
  try {
    const names = broken.map((index) => dataset.list()[index]?.id ?? String(index));
    await dataset.edit({ kind: 'remove', episodes: [...broken] });
    for (const [i, index] of broken.entries())
      say(`Demonstration ${index} lies in the trash now (${names[i]}): what is left of it can be looked at there`);
  } finally {
    await dataset.close();
  }
}

async function repairStats(folder: string, say: (text: string) => void): Promise<void> {
  const { now } = await opened(folder);
  const stats = [];
  for (const page of now.pages) stats.push(...(await pageStats(nodeFiles, folder, page)));
  const change = new Transaction(nodeFiles, folder);
  await change.stage(STATS, text(statsJson(poolAll(stats))));
  await change.commit();
  say('The statistics of the whole were added up again');
}
