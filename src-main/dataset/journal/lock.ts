import { link, mkdir, readFile, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../files';
import { isAlive, isThisProcess, type Owner, ownerSchema, thisProcess } from './process';

/** Shown to be at work this often; believed dead after so long where nobody can ask the owner's process, ms. */
const BEAT = 5_000;
const DEAD = 30_000;

export interface FolderLock {
  /** Why this process must not write here; null when it holds the lock (or nobody can: a read-only disk). */
  readonly refusal: string | null;
  release(): Promise<void>;
}

const FREE: FolderLock = { refusal: null, release: async () => undefined };
/** Holders in this process, by folder: it may have a folder open more than once. */
const held = new Map<string, { count: number; readonly beat: NodeJS.Timeout }>();

/** One process at a time writes into a dataset's folder. The lock of a process that is gone is taken over. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, '.understudy', 'lock');
  const mine = held.get(path);
  if (mine) mine.count++;
  else {
    try {
      const other = await acquire(path);
      if (other) return { ...FREE, refusal: refusal(other) };
    } catch (error) {
      if (['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'].includes(codeOf(error))) return FREE;
      throw error;
    }
    const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT);
    beat.unref();
    held.set(path, { count: 1, beat });
  }
  let released = false;
  return {
    refusal: null,
    release: async () => {
      const holder = held.get(path);
      if (released || !holder) return;
      released = true;
      if (--holder.count > 0) return;
      clearInterval(holder.beat);
      held.delete(path);
      await unlink(path).catch(() => undefined);
    },
  };
}

/** Null when the lock is ours now, else whose it is. */
async function acquire(path: string): Promise<Owner | null> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}-${process.pid}-${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(thisProcess()));
  try {
    for (;;) {
      try {
        // Fails when there is one: two processes cannot both succeed, and nobody reads half a lock.
        await link(draft, path);
        return null;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const owner = await readOwner(path);
      if (owner && !isThisProcess(owner) && (await atWork(owner, path))) return owner;
      // Only one of those who want it gets to move the dead one's lock away.
      await rename(path, `${draft}-stale`).catch(() => undefined);
      await rm(`${draft}-stale`, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function atWork(owner: Owner, path: string): Promise<boolean> {
  const alive = isAlive(owner);
  if (alive === false) return false;
  if (alive && owner.started !== null) return true;
  const beaten = await stat(path).then(
    (s) => s.mtimeMs,
    () => 0,
  );
  return Date.now() - beaten < DEAD;
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

const refusal = ({ pid, host }: Owner): string =>
  `Another Understudy (process ${pid}${host === thisProcess().host ? '' : ` on ${host}`}) has this dataset open, so here it can only be looked at`;
