import { isAbsolute, join, resolve } from 'node:path';
import type { Dataset, DatasetSpec } from '../core/episode';
import { fault } from '../core/fault';
import { corrupt, folderFault } from './errors';
import { codeOf, type Files, nodeFiles } from './files';
import { LeRobotFolder } from './folder';
import { type Info, parseInfo, withTotals } from './info';
import { episodesFile, INFO, TASKS } from './layout';
import { refuseLinksOut } from './links';
import { newInfo } from './own';
import { readEpisodes } from './pages';
import { checkSpec, specOf, videoKeys } from './spec';
import { Store } from './store';
import { unwritable } from './table';
import { readTasks } from './tasks';
import { recover, Transaction } from './transaction';
import { trashCount } from './trash';
import { readV21 } from './v21';

export { cutVideo } from './cut';
export type { Files } from './files';
export { nodeFiles } from './files';
export { decodeFrames } from './frames';
export { datasetSummary } from './summary';

/** What a dataset folder may already hold when it is created: the remains of a creation that failed. */
const OURS = new Set(['data', 'meta', 'videos', '.understudy']);

export async function isDataset(folder: string, files: Files = nodeFiles): Promise<boolean> {
  return files.exists(join(folder, INFO));
}

/** Makes an empty dataset in a new or empty folder. */
export async function createDataset(folder: string, spec: DatasetSpec, files: Files = nodeFiles): Promise<Dataset> {
  const root = resolve(folder);
  checkSpec(spec);
  try {
    if (await isDataset(root, files)) {
      throw fault('bad-input', `There already is a dataset in ${root}`, 'Open it, or choose another folder.');
    }
    const strangers = (await files.list(root)).filter((name) => !OURS.has(name));
    if (strangers.length > 0) {
      throw fault(
        'bad-input',
        `${root} is not empty (${strangers.slice(0, 3).join(', ')})`,
        'Choose a new or empty folder.',
      );
    }
    const info = newInfo(spec);
    const infoText = JSON.stringify(info, null, 4);
    const change = new Transaction(files, root);
    change.stage(INFO, new TextEncoder().encode(infoText));
    await change.commit();
    const content = { info, infoText, records: [], pages: [], own: true, tasks: [] };
    return new LeRobotFolder(new Store(files, root, spec, info), { content, trash: 0, readOnly: null });
  } catch (error) {
    throw folderFault(error, `Making a dataset in ${root}`);
  }
}

/** Opens a dataset and finishes or sweeps away what a crash left half done. */
export async function openDataset(folder: string, files: Files = nodeFiles): Promise<Dataset> {
  const root = isAbsolute(folder) ? folder : resolve(folder);
  try {
    await refuseLinksOut(root);
    await recover(files, root);
    const infoText = new TextDecoder().decode(await readInfo(files, root));
    const info = parseInfo(infoText, root);
    const spec = specOf(info, root);
    if (info.codebase_version !== 'v3.0') {
      const content = { ...(await readV21(files, root, info, Object.keys(videoKeys(info)))), info, infoText };
      const readOnly = `it is a LeRobot ${info.codebase_version} folder, and those are only read here`;
      return new LeRobotFolder(new Store(files, root, spec, info), { content, trash: 0, readOnly });
    }
    const table = await readEpisodes(files, root, videoKeys(info));
    const { records } = table;
    if (records.length < info.total_episodes) {
      const why = `it lists ${records.length} episodes, but info.json counts ${info.total_episodes}`;
      throw corrupt(join(root, episodesFile(0)), why);
    }
    const tasks = records.length > 0 ? await readTasks(await files.read(join(root, TASKS)), join(root, TASKS)) : [];
    const known = new Set(tasks);
    const unknown = records.find((record) => !known.has(record.task));
    if (unknown) throw corrupt(join(root, TASKS), `the task "${unknown.task}" is missing in it`);

    const frames = records.reduce((sum, record) => sum + record.length, 0);
    const sound = info.total_episodes === records.length && info.total_frames === frames;
    const right = sound ? info : withTotals(info, { episodes: records.length, frames, tasks: tasks.length });
    const rightText = sound ? infoText : await repairInfo(files, root, JSON.stringify(right, null, 4), infoText);
    const content = { ...table, info: right, infoText: rightText, tasks };
    const opened = { content, trash: await trashCount(files, root), readOnly: await whyReadOnly(files, root, right) };
    return new LeRobotFolder(new Store(files, root, spec, right), opened);
  } catch (error) {
    throw folderFault(error, `Opening ${root}`);
  }
}

/** Why the folder can only be read; null when it can be changed. */
async function whyReadOnly(files: Files, root: string, info: Info): Promise<string | null> {
  if (!(await files.writable(join(root, INFO)))) return 'the folder is write-protected';
  const odd = unwritable(info);
  return odd.length > 0 ? `its tables hold what cannot be written here (${odd.slice(0, 3).join(', ')})` : null;
}

async function readInfo(files: Files, root: string): Promise<Uint8Array> {
  try {
    return await files.read(join(root, INFO));
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    const tip = 'Choose the folder that contains "meta" and "data", or make a new dataset.';
    throw fault('not-found', `There is no dataset in ${root}`, tip, error);
  }
}

/** Puts info.json right when it can be written; the old text otherwise (a read-only folder can still be read). */
async function repairInfo(files: Files, root: string, text: string, old: string): Promise<string> {
  const change = new Transaction(files, root);
  change.stage(INFO, new TextEncoder().encode(text));
  return change.commit().then(
    () => text,
    () => old,
  );
}
