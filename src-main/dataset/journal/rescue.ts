import { join } from 'node:path';
import type { Dataset } from '../../core/episode';
import { toFault } from '../../core/fault';
import type { RescuedTake } from '../../core/state';
import { codeOf } from '../files';
import { type TakeFiles, takesFolder } from './files';
import { finaliseTake, mayPass, putAside, removeTake } from './finalise';
import { isAlive, isThisProcess, type Owner } from './process';
import { draftOf, readTake, type StoredTake } from './read';

/**
 * Looks after the takes that a crash left behind: kept ones become the episodes they were meant to be, open ones become
 * unjudged episodes as far as every camera has pictures, discarded ones go. What cannot be used is put aside. `live`: ids
 * of the takes of this process that are still somebody's. Takes of other living processes are left alone. Never rejects.
 */
export async function rescueTakes(
  dataset: Dataset,
  files: TakeFiles,
  live: readonly string[] = [],
): Promise<RescuedTake[]> {
  const folder = takesFolder(dataset.folder);
  const rescued: RescuedTake[] = [];
  const names = await files.list(folder).catch(() => []);
  for (const name of names) {
    if (live.some((id) => name === `${id}.take` || name === `${id}.take.new`)) continue;
    const one = await rescueOne(dataset, files, name).catch((error: unknown) =>
      nothing(`It could not be looked at: ${toFault(error).message}`),
    );
    if (one) rescued.push(one);
  }
  return rescued;
}

/** Bytes of a file whose first record was not yet whole. */
const BARELY_BEGUN = 256;

async function rescueOne(dataset: Dataset, files: TakeFiles, name: string): Promise<RescuedTake | null> {
  const path = join(takesFolder(dataset.folder), name);
  // The half-written second copy of a take whose first copy is beside it.
  if (name.endsWith('.take.new')) return files.remove(path).then(() => null);
  const bytes = await files.read(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (!bytes) return null;
  const take = readTake(bytes);
  if (!take || `${take.begin.id}.take` !== name) {
    if (bytes.length === 0) return files.remove(path).then(() => null);
    await putAside(files, dataset.folder, name);
    // Cut in its first record: nothing had been recorded yet, so there is nothing to tell.
    if (!take && bytes.length < BARELY_BEGUN) return null;
    return nothing('Its file is damaged at the beginning. It is kept in the folder .understudy/unreadable.');
  }
  if (!isThisProcess(take.begin.owner) && mayBeAtWork(take.begin.owner)) return null;
  const { id } = take.begin;
  if (take.verdict === 'discarded' || take.rows.length === 0 || (await wasAdded(dataset, id))) {
    await removeTake(files, dataset.folder, id);
    return null;
  }
  return save(dataset, files, take);
}

/** A take of another computer (a shared folder) is left alone: nobody here can know. */
const mayBeAtWork = (owner: Owner): boolean => isAlive(owner) !== false;

async function wasAdded(dataset: Dataset, id: string): Promise<boolean> {
  if (dataset.list().some((info) => info.id === id)) return true;
  return (await dataset.trash()).some((entry) => entry.id === id);
}

async function save(dataset: Dataset, files: TakeFiles, take: StoredTake): Promise<RescuedTake> {
  const { begin, verdict, usable } = take;
  const confirmed = verdict !== null && verdict !== 'discarded';
  const wanted = confirmed ? verdict.rows : take.rows.length;
  const rows = Math.min(usable, wanted);
  const label = confirmed ? verdict : { task: begin.task, success: null, tags: ['rescued'] };
  const report: RescuedTake = {
    recorded: begin.recorded,
    task: label.task,
    rows,
    seconds: rows / begin.spec.fps,
    confirmed,
    lost: null,
    episode: null,
  };
  if (rows === 0) {
    await putAside(files, dataset.folder, `${begin.id}.take`);
    return { ...report, lost: 'There are no pictures in it. Its file is kept in the folder .understudy/unreadable.' };
  }
  try {
    const whole = confirmed && rows === wanted;
    const info = whole ? await finaliseTake(dataset, files, begin.id) : await dataset.add(draftOf(take, rows, label));
    if (!whole) await removeTake(files, dataset.folder, begin.id);
    const cut = wanted - rows;
    const lost = cut > 0 ? `The last ${cut === 1 ? 'row has' : `${cut} rows have`} no picture and were cut.` : null;
    return { ...report, lost, episode: info?.index ?? null };
  } catch (error) {
    const why = toFault(error).message;
    if (mayPass(error)) return { ...report, rows: 0, lost: `Not saved yet: ${why} It is tried again.` };
    await putAside(files, dataset.folder, `${begin.id}.take`);
    return { ...report, rows: 0, lost: `${why} Its file is kept in the folder .understudy/unreadable.` };
  }
}

const nothing = (lost: string): RescuedTake => ({
  recorded: '',
  task: '',
  rows: 0,
  seconds: 0,
  confirmed: false,
  lost,
  episode: null,
});
