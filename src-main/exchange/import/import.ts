import { readdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Dataset } from '../../core/episode';
import { FaultError, fault, toFault } from '../../core/fault';
import { createDataset } from '../../dataset/dataset';
import { openAloha } from './aloha';
import { openCsv } from './csv';
import { openLeRobot } from './lerobot';
import { broken } from './limits';
import { inspect } from './recognise';
import { openRobomimic } from './robomimic';
import type { ImportHooks, ImportLine, ImportOptions, ImportResult, ImportSource } from './types';

export { recognise } from './recognise';
export type { ImportHooks, ImportKind, ImportLine, ImportOptions, ImportProgress, ImportResult } from './types';

/** Opens any file or folder that is understood. Rejects with a fault that says what is. */
export async function openSource(source: string, options: ImportOptions = {}): Promise<ImportSource> {
  checkOptions(options);
  const { kind, folder, files } = await inspect(source);
  const paths = files.map((name) => resolve(folder, name));
  if (kind === 'aloha-hdf5') return openAloha(paths, options);
  if (kind === 'robomimic-hdf5') return openRobomimic(paths[0] ?? source, options);
  if (kind === 'csv-folder') return openCsv(folder, files, options);
  return openLeRobot(kind, folder, options);
}

function checkOptions({ fps, task, robot }: ImportOptions): void {
  const right =
    (fps === undefined || (Number.isInteger(fps) && fps >= 1 && fps <= 1000)) &&
    (task === undefined || (task.trim() !== '' && task.length <= 500)) &&
    (robot === undefined || (robot.trim() !== '' && robot.length <= 80));
  if (right) return;
  const tip = 'Give a whole rate of 1 to 1000 rows a second, a task of 1 to 500 characters, a robot of 1 to 80.';
  throw fault('bad-input', 'These import options cannot be used', tip);
}

/** Faults that no other episode would escape. */
const FATAL = new Set(['cancelled', 'disk-full', 'read-only', 'permission', 'no-engine', 'child-died', 'busy']);

/**
 * Makes a dataset in `destination` (a new or empty folder) from any file or folder that is understood, one episode
 * after the other. A broken episode is left out, with a line in the report. Cancelled, or when the disk is full, what
 * was made is removed. Rejects with a `FaultError`; the source is only read.
 */
export async function importInto(
  source: string,
  destination: string,
  options: ImportOptions = {},
  { report, signal }: ImportHooks = {},
): Promise<ImportResult> {
  const folder = resolve(destination);
  const from = await openSource(source, options);
  let made: Dataset | undefined;
  const before = await readdir(folder).catch(() => null);
  try {
    throwIfCancelled(signal);
    made = await createDataset(folder, from.spec);
    const result = await copyEpisodes(from, made, folder, { report, signal });
    await made.close();
    return result;
  } catch (error) {
    await made?.close().catch(() => undefined);
    if (made) await remove(folder, before);
    throw error instanceof FaultError ? error : importFault(error, source);
  } finally {
    await from.close().catch(() => undefined);
  }
}

async function copyEpisodes(
  from: ImportSource,
  into: Dataset,
  folder: string,
  hooks: ImportHooks,
): Promise<ImportResult> {
  const { report, signal } = hooks;
  const lines: ImportLine[] = from.notes.map((text) => ({ level: 'info', text }));
  const total = from.names.length;
  let skipped = 0;
  let frames = 0;
  let first: unknown;
  for (const [index, name] of from.names.entries()) {
    const step = (share: number): void => {
      throwIfCancelled(signal);
      report?.({ done: index + Math.min(1, share), total, note: name });
    };
    step(0);
    try {
      const added = await into.add(await from.read(index, step));
      frames += added.length;
    } catch (error) {
      const { kind, message } = error instanceof FaultError ? error : importFault(error, name);
      if (FATAL.has(kind)) throw error;
      first ??= error;
      skipped++;
      lines.push({ level: 'warning', text: `${name} was left out: ${message}` });
    }
    // Other work of this thread gets its turn, whatever the size of the source.
    await new Promise((done) => setImmediate(done));
  }
  report?.({ done: total, total, note: '' });
  if (total > 0 && skipped === total) throw first;
  return { kind: from.kind, folder, episodes: total - skipped, frames, skipped, report: lines };
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw fault('cancelled', 'The import was cancelled', 'Nothing was kept; start it again at any time.');
}

/** Any error of one file: what the system says keeps its kind, everything else is the file's own fault. */
function importFault(error: unknown, file: string): FaultError {
  const known = toFault(error);
  if (known.kind === 'internal') return broken(file, known.message, error);
  return new FaultError(known.kind, `Importing ${file}: ${known.message}`, known.tip, { cause: error });
}

/** Takes away what the import made: the whole folder where it was new, else what was not in it before. */
async function remove(folder: string, before: readonly string[] | null): Promise<void> {
  const gone = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  if (before === null) return gone(folder);
  for (const name of await readdir(folder).catch(() => []))
    if (!before.includes(name)) await gone(resolve(folder, name));
}
