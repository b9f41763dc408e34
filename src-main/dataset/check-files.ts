import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Findings } from './check-report';
import { codeOf } from './files';
import { takesFolder } from './journal/files';
import type { Content, Store } from './store';

/** Looks for what the tables do not speak of: files nobody uses, takes that wait, the trash. */
export async function checkFiles(store: Store, content: Content, found: Findings): Promise<void> {
  const orphans = await orphansOf(store, content);
  const total = orphans.reduce((sum, { size }) => sum + size, 0);
  if (orphans.length > 0) {
    const some = orphans.slice(0, 3).map(({ path }) => path);
    const names = orphans.length > some.length ? `${some.join(', ')}, …` : some.join(', ');
    found.say(
      'warning',
      `${plural(orphans.length, 'file')} (${size(total)}) ${orphans.length === 1 ? 'belongs' : 'belong'} to no demonstration: ${names}`,
    );
  }
  const trash = await walk(join(store.folder, '.trash'));
  if (trash.length > 0) {
    const bytes = trash.reduce((sum, file) => sum + file.size, 0);
    found.say('info', `The trash holds ${size(bytes)}; it is emptied only when you say so`);
  }
  const waiting = (await names(takesFolder(store.folder))).length;
  if (waiting > 0) {
    found.say(
      'warning',
      `${plural(waiting, 'recording')} not yet saved; opening the dataset in the app saves what waits`,
    );
  }
  const staged = (await names(join(store.folder, '.understudy'))).filter((name) => name.startsWith('staging-'));
  if (staged.length > 0)
    found.say(
      'info',
      `${plural(staged.length, 'change')} under way in another program, or cut off; opening the dataset tidies up`,
    );
}

/** Data, video and table files that belong to no episode, relative to the folder. */
export async function orphansOf(store: Store, content: Content): Promise<{ path: string; size: number }[]> {
  const used = new Set(content.pages.map((page) => page.file));
  for (const record of content.records) {
    used.add(store.dataPath(record.data));
    for (const [camera, at] of Object.entries(record.videos)) used.add(store.videoPath(camera, at));
  }
  const orphans: { path: string; size: number }[] = [];
  for (const folder of ['data', 'videos', 'meta/episodes']) {
    for (const file of await walk(join(store.folder, folder))) {
      const path = relative(store.folder, file.path).split(sep).join('/');
      if (!used.has(path)) orphans.push({ path, size: file.size });
    }
  }
  return orphans;
}

async function walk(folder: string): Promise<{ path: string; size: number }[]> {
  const files: { path: string; size: number }[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await entries(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) files.push({ path, size: (await stat(path)).size });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

const names = async (folder: string): Promise<string[]> => (await entries(folder)).map((entry) => entry.name);
export const plural = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;
const size = (n: number): string => (n < 1e6 ? `${Math.ceil(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`);
