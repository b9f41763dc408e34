import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fault } from '../core/fault';
import { codeOf } from '../dataset/files';
import { bytes } from './watch';

/**
 * Makes a new folder in one step: `work` fills a folder beside it, which is renamed when it is whole. After a failure
 * or a cancel nothing is left. `need` is what must be free on the disk, bytes, as far as it is known beforehand.
 */
export async function intoNewFolder<T>(
  target: string,
  work: (staging: string) => Promise<T>,
  need: () => Promise<number> = async () => 0,
): Promise<T> {
  const folder = resolve(target);
  const parent = dirname(folder);
  await assertFree(folder);
  await mkdir(parent, { recursive: true });
  await sweep(parent, basename(folder));
  await assertRoom(parent, await need());
  const staging = join(parent, `.${basename(folder)}.partial-${process.pid}`);
  await mkdir(staging);
  try {
    const result = await work(staging);
    await assertFree(folder);
    await rename(staging, folder);
    return result;
  } catch (error) {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    throw error;
  }
}

/** An empty folder is as good as none. */
async function assertFree(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'ENOTDIR') throw error;
  }
  throw fault('bad-input', `${folder} is there already`, 'Choose a new name: nothing is ever written over.');
}

/** Some room is always left for the recordings under way. */
const RESERVE = 100e6;

export async function assertRoom(folder: string, need: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= need + RESERVE) return;
  throw fault(
    'disk-full',
    `About ${bytes(need)} are needed, and only ${bytes(free)} are free on that disk`,
    'Free some space or choose a folder on another disk.',
  );
}

/** What a process that died has left of the same folder. */
async function sweep(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(`.${name}.partial-`)) continue;
    const pid = Number(entry.slice(entry.lastIndexOf('-') + 1));
    if (pid !== process.pid && !alive(pid)) await rm(join(parent, entry), { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Bytes in a folder, all levels; links are not followed. */
export async function sizeOf(folder: string): Promise<number> {
  let total = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) total += (await stat(path)).size;
    }
  }
  return total;
}
