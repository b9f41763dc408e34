// Where things lie: the checkout, and the user's cache folder for what is too large or too slow to make again.
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { megabytes, SetupError } from './say.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const modules = join(root, 'node_modules');

function findCache() {
  if (process.env.UNDERSTUDY_CACHE) return resolve(process.env.UNDERSTUDY_CACHE);
  if (process.platform === 'win32') {
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'understudy', 'Cache');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'understudy');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'understudy');
}

export const cache = findCache();

/** Makes an empty folder for work in progress inside the cache, so that a finished result can be renamed into place. */
export function workFolder(name) {
  const folder = join(cache, 'tmp', `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Fails early, with words, instead of halfway with ENOSPC. */
export function needSpace(bytes, what) {
  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize >= bytes) return;
  throw new SetupError(
    `${what} needs ${megabytes(bytes)} in ${cache}; ${megabytes(bavail * bsize)} are free.`,
    'free some space, or set UNDERSTUDY_CACHE to a folder on a larger disk',
  );
}

export function readJson(path) {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
