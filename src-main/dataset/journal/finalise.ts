import { join } from 'node:path';
import { z } from 'zod';
import type { Dataset, EpisodeInfo } from '../../core/episode';
import { FaultError, fault } from '../../core/fault';
import { folderFault } from '../errors';
import { codeOf } from '../files';
import { defineWork } from '../host-work';
import { nodeTakeFiles, type TakeFiles, takeFile, takesFolder, unreadableFolder } from './files';
import { draftOf, readTake } from './read';
import { TAKE_ID } from './records';

/**
 * Turns a confirmed take into an episode and removes its file. However often it is called and wherever it is cut short,
 * the episode is in the dataset once: an episode keeps its take's id, and a take whose id is there is only removed.
 * Resolves to null when there is nothing left to do. Rejects with the take's file in place.
 */
export async function finaliseTake(dataset: Dataset, files: TakeFiles, id: string): Promise<EpisodeInfo | null> {
  const path = takeFile(dataset.folder, id);
  const known = dataset.list().find((info) => info.id === id);
  if (!(await files.exists(path))) return known ?? null;
  if (known) {
    await removeTake(files, dataset.folder, id);
    return known;
  }
  const bytes = await files.read(path).catch((error: unknown) => {
    throw folderFault(error, 'Reading the journal');
  });
  const take = readTake(bytes);
  const verdict = take?.verdict;
  if (!take || !verdict || verdict === 'discarded' || verdict.rows > take.usable) {
    throw fault('corrupt', `The take ${path} cannot be read`, 'Open the dataset again: what is left of it is saved.');
  }
  const info = await dataset.add(draftOf(take, verdict.rows, verdict));
  await removeTake(files, dataset.folder, id);
  return info;
}

export async function removeTake(files: TakeFiles, dataset: string, id: string): Promise<void> {
  try {
    await files.remove(takeFile(dataset, id));
    await files.syncFolder(takesFolder(dataset));
  } catch (error) {
    throw folderFault(error, 'Clearing the journal');
  }
}

/** Puts a take's file aside, where nobody looks at it again unasked. */
export async function putAside(files: TakeFiles, dataset: string, name: string): Promise<void> {
  await files.mkdir(unreadableFolder(dataset));
  await files.rename(join(takesFolder(dataset), name), join(unreadableFolder(dataset), name));
  await files.syncFolder(unreadableFolder(dataset));
}

/** Whether trying again later may help: the disk or the folder was the reason, not what is in the take. */
export function mayPass(error: unknown): boolean {
  const kinds = ['disk-full', 'read-only', 'permission', 'busy', 'not-found', 'child-died', 'cancelled'];
  if (error instanceof FaultError && kinds.includes(error.kind)) return true;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (/^E[A-Z]+$/.test(codeOf(cause))) return true;
  }
  return false;
}

export const finaliseWork = defineWork(
  'take.finalise',
  z.object({ id: z.string().regex(TAKE_ID) }),
  (dataset, { id }) => finaliseTake(dataset, nodeTakeFiles, id),
);
