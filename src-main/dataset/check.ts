import { join } from 'node:path';
import type { AbortSignalLike } from '../core/clock';
import { fault, toFault } from '../core/fault';
import { checkFiles, plural } from './check-files';
import { type CheckLine, type CheckResult, Findings } from './check-report';
import { agree, checkRows } from './check-rows';
import { checkVideos } from './check-video';
import { nodeFiles } from './files';
import { parseInfo } from './info';
import { INFO, STATS, TASKS } from './layout';
import { pageStats, readEpisodes } from './pages';
import { specOf, videoKeys } from './spec';
import { parseStats, poolAll, type Stats } from './stats';
import { type Content, Store } from './store';
import { readTasks } from './tasks';

export type { CheckLine, CheckResult } from './check-report';

export interface CheckOptions {
  /** Decodes every picture. */
  readonly deep: boolean;
  readonly signal?: AbortSignalLike;
  readonly report?: (progress: { done: number; total: number; note: string }) => void;
}

/**
 * Looks at everything in a LeRobot v3.0 folder and changes nothing: every file there and readable, rows and frames
 * equal in number, counted and timed right, tasks known, statistics those of the rows. Throws only when there is no
 * dataset at all, or one that is not v3.0; whatever is wrong inside becomes a line.
 */
export async function checkDataset(folder: string, options: CheckOptions): Promise<CheckResult> {
  const found = new Findings();
  const content = await openForCheck(folder, found);
  if (!content) return found.result();
  const { store, now, taskList } = content;
  const { records } = now;
  const stats = await storedStats(store, now, found);
  let from = 0;
  for (const [index, record] of records.entries()) {
    if (options.signal?.aborted) throw fault('cancelled', 'The check was cancelled', 'Start it again when you like.');
    options.report?.({ done: index, total: records.length, note: `Demonstration ${index}` });
    await checkRows(store, now, { index, from, tasks: taskList, stats: stats?.[index] ?? null }, found);
    await checkVideos(store, now, index, options.deep, found);
    from += record.length;
  }
  if (stats) await checkPooled(store, stats, found);
  await checkFiles(store, now, found);
  if (found.sound) {
    const cameras = store.spec.cameras.length;
    const pictures = cameras > 0 ? `, ${plural(cameras * from, 'picture')}${options.deep ? ' decoded' : ''}` : '';
    found.say(
      'ok',
      `${plural(records.length, 'demonstration')}, ${plural(from, 'row')}${pictures}: everything is in its place`,
    );
  }
  return found.result();
}

export interface Opened {
  readonly store: Store;
  readonly now: Content;
  /** Null when it is lost: the episodes' own entries are believed then. */
  readonly taskList: readonly string[] | null;
}

/** Null when the tables cannot be read; then nothing can be said of the episodes. */
export async function openForCheck(folder: string, found: Findings): Promise<Opened | null> {
  const files = nodeFiles;
  const infoFile = join(folder, INFO);
  if (!(await files.exists(infoFile)))
    throw fault('not-found', `There is no dataset in ${folder}`, 'Choose the folder that contains "meta" and "data".');
  try {
    const infoText = new TextDecoder().decode(await files.read(infoFile));
    const info = parseInfo(infoText, folder);
    if (info.codebase_version !== 'v3.0') {
      const text = `${folder} is a LeRobot dataset of version ${info.codebase_version}; v3.0 can be checked`;
      throw fault('incompatible', text, 'Convert it (`dataset convert`), which reads every row and picture, too.');
    }
    const store = new Store(files, folder, specOf(info, folder), info);
    const table = await readEpisodes(files, folder, videoKeys(info));
    const taskList = await readTaskList(folder, table.records.length, found);
    const unknown = taskList && table.records.find(({ task }) => !taskList.includes(task));
    if (unknown) {
      found.rebuild.add('tasks');
      found.say('error', `The task "${unknown.task}" is missing in ${TASKS}`);
    }
    const frames = table.records.reduce((sum, { length }) => sum + length, 0);
    if (info.total_episodes !== table.records.length || info.total_frames !== frames) {
      found.rebuild.add('info');
      const said = `${info.total_episodes} episodes and ${info.total_frames} rows`;
      found.say('error', `${INFO} counts ${said}; there are ${table.records.length} and ${frames}`);
    }
    return { store, now: { ...table, info, infoText, tasks: taskList ?? [] }, taskList };
  } catch (error) {
    const { kind, message } = toFault(error);
    if (kind === 'incompatible') throw error;
    found.readable = false;
    found.say('error', `${message}. Restore it from a backup: it cannot be made again from the rest`);
    return null;
  }
}

async function readTaskList(folder: string, episodes: number, found: Findings): Promise<readonly string[] | null> {
  try {
    return await readTasks(await nodeFiles.read(join(folder, TASKS)), join(folder, TASKS));
  } catch (error) {
    if (episodes === 0) return [];
    found.rebuild.add('tasks');
    found.say('error', `The list of tasks is lost: ${toFault(error).message}`);
    return null;
  }
}

/** By episode; null when a page of them cannot be read. */
async function storedStats(store: Store, { pages }: Content, found: Findings): Promise<Stats[] | null> {
  try {
    const stats: Stats[] = [];
    for (const page of pages) stats.push(...(await pageStats(store.files, store.folder, page)));
    return stats;
  } catch (error) {
    found.say('warning', `The episodes' statistics cannot be read: ${toFault(error).message}`);
    return null;
  }
}

async function checkPooled(store: Store, episodes: readonly Stats[], found: Findings): Promise<void> {
  const text = await store.files.read(join(store.folder, STATS)).catch(() => null);
  const stored = text && parseStats(new TextDecoder().decode(text));
  const lost = (why: string, level: CheckLine['level']) => {
    found.rebuild.add('stats');
    found.say(level, `${STATS} ${why}`);
  };
  if (!stored) return episodes.length > 0 ? lost('is lost or cannot be read', 'error') : undefined;
  const off = Object.entries(poolAll(episodes)).find(([name, real]) => {
    const mine = stored[name];
    return !mine || !agree(mine, real);
  });
  if (off) lost(`does not agree with the episodes' own statistics (${off[0]})`, 'warning');
}
