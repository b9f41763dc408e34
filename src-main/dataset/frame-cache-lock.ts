import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './files';

/** Locks this process holds: one that names it and is not in here was left by a dead process of the same number. */
const held = new Set<string>();
/** A lock without a name in it is being written at this moment, unless it is this old. Milliseconds. */
const NAMELESS = 10_000;

/** One writer at a time, among processes: a file that names its owner. Resolves to the release, or null: somebody else. */
export async function lockFile(path: string): Promise<(() => Promise<void>) | null> {
  await mkdir(dirname(path), { recursive: true });
  for (let tries = 0; tries < 3; tries++) {
    try {
      const handle = await open(path, 'wx');
      held.add(path);
      await handle.writeFile(String(process.pid)).finally(() => handle.close());
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (await owned(path)) return null;
      await rm(path, { force: true });
    }
  }
  return null;
}

async function owned(path: string): Promise<boolean> {
  if (held.has(path)) return true;
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(text);
  if (pid === process.pid) return false;
  if (text === '' || !Number.isInteger(pid) || pid <= 0) {
    const made = await stat(path).catch(() => null);
    return made !== null && Date.now() - made.mtimeMs < NAMELESS;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
