import { readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { fault } from '../core/fault';

/** Folders of a dataset are no deeper than this. */
const DEPTH = 8;

/**
 * Refuses a dataset in which a link leads out of its folder: what looks like an episode would be some other file of this
 * computer, and a change would be made to it. Links within the folder are fine, and so is a link to the folder itself.
 */
export async function refuseLinksOut(root: string): Promise<void> {
  const home = await realpath(root).catch(() => null);
  if (home) await look(home, home, DEPTH);
}

async function look(home: string, folder: string, depth: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink() && !(await staysIn(home, path))) {
      const tip = 'Copy the dataset with its links followed (cp -rL), then use the copy.';
      throw fault('corrupt', `${path} is a link that leads out of the dataset`, tip);
    }
    if (entry.isDirectory()) folders.push(path);
  }
  if (depth > 0) await Promise.all(folders.map((path) => look(home, path, depth - 1)));
}

/** A link that leads nowhere stays: whoever reads it finds nothing. */
async function staysIn(home: string, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => home);
  const way = relative(home, target);
  return !way.startsWith('..') && !isAbsolute(way);
}
