import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { FaultError, fault, toFault } from '../../core/fault';
import { isAloha } from './aloha';
import { counting, Hdf5 } from './hdf5';
import { broken, MAX_EPISODES } from './limits';
import { isRobomimic } from './robomimic';
import type { ImportKind } from './types';

export const UNDERSTOOD =
  'Understood are: LeRobot v3.0 and v2.1 folders, ALOHA/ACT and robomimic HDF5 files, and folders of CSV and video (see docs/importing.md).';

/** What was recognised: `files` are those that hold episodes or their videos, by name, inside `folder`. */
export interface Recognised {
  readonly kind: ImportKind;
  readonly folder: string;
  readonly files: readonly string[];
}

const HDF5 = /\.(hdf5|h5|hdf)$/i;
const CSV = /\.csv$/i;
const MAX_INFO = 16 * 2 ** 20;
const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** What kind of data a file or folder holds, by its content. A fault says what is understood when it is none. */
export async function recognise(source: string): Promise<ImportKind> {
  return (await inspect(source)).kind;
}

export async function inspect(source: string): Promise<Recognised> {
  const path = resolve(source);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await inspectFolder(path);
    if (!found.isFile()) throw fault('bad-input', `${path} is neither a file nor a folder`, UNDERSTOOD);
    return await inspectFile(path);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    const known = toFault(error);
    throw new FaultError(known.kind, `Looking at ${path}: ${known.message}`, known.tip, { cause: error });
  }
}

async function inspectFile(path: string): Promise<Recognised> {
  const folder = dirname(path);
  const name = basename(path);
  if (await isHdf5(path)) return { kind: await hdf5Kind(path), folder, files: [name] };
  if (HDF5.test(name)) throw broken(path, 'it is not an HDF5 file, whatever its name says');
  if (!CSV.test(name)) throw fault('incompatible', `${path} is of no known kind`, UNDERSTOOD);
  const stem = name.replace(CSV, '');
  const videos = (await plainFiles(folder)).filter((file) => file.startsWith(stem) && !CSV.test(file));
  return { kind: 'csv-folder', folder, files: [name, ...videos] };
}

async function inspectFolder(folder: string): Promise<Recognised> {
  const version = await lerobotVersion(folder);
  if (version) return { kind: version, folder, files: [] };
  const files = await plainFiles(folder);
  const hdf5 = files.filter((file) => HDF5.test(file));
  let first: unknown;
  for (const file of hdf5) {
    try {
      const kind = await hdf5Kind(join(folder, file));
      if (kind === 'aloha-hdf5') return { kind, folder, files: hdf5 };
      if (hdf5.length === 1) return { kind, folder, files: hdf5 };
      throw fault('incompatible', `${folder} holds several robomimic files`, 'Choose one of the files.');
    } catch (error) {
      first ??= error;
    }
  }
  if (first) throw first;
  if (files.some((file) => CSV.test(file))) return { kind: 'csv-folder', folder, files };
  throw fault('incompatible', `${folder} holds nothing that can be imported`, UNDERSTOOD);
}

/** Files of a folder that are its own: a link that leads out of it is a fault, so that nothing else is ever read. */
async function plainFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length > 4 * MAX_EPISODES) throw broken(folder, `it holds ${entries.length} files`);
  const root = await realpath(folder);
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isSymbolicLink() && !(await staysInside(root, join(folder, entry.name)))) {
      const tip = 'Copy the files themselves into the folder, then import it.';
      throw fault('incompatible', `${join(folder, entry.name)} is a link that leads out of the folder`, tip);
    }
    if (entry.isFile() || (entry.isSymbolicLink() && (await stat(join(folder, entry.name))).isFile()))
      files.push(entry.name);
  }
  return files.sort(counting);
}

async function staysInside(root: string, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => null);
  if (target === null) return false;
  const way = relative(root, target);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

async function lerobotVersion(folder: string): Promise<'lerobot-v3.0' | 'lerobot-v2.1' | null> {
  const path = join(folder, 'meta', 'info.json');
  const found = await lstat(path).catch(() => null);
  if (!found) return null;
  if (!found.isFile())
    throw fault('incompatible', `${path} is not a plain file`, 'Copy the file itself into the folder.');
  if (found.size > MAX_INFO) throw broken(path, `it has ${found.size} bytes`);
  const handle = await open(path, 'r');
  try {
    const parsed: unknown = JSON.parse(await handle.readFile('utf8'));
    const version =
      typeof parsed === 'object' && parsed !== null && 'codebase_version' in parsed ? parsed.codebase_version : null;
    if (typeof version === 'string' && version.startsWith('v3.')) return 'lerobot-v3.0';
    if (typeof version === 'string' && version.startsWith('v2.')) return 'lerobot-v2.1';
    const which = String(version).slice(0, 20);
    throw fault('incompatible', `${path} names the LeRobot version ${which}`, 'Versions 3.0 and 2.1 can be imported.');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) throw broken(path, 'it is not JSON', error);
    throw error;
  } finally {
    await handle.close();
  }
}

/** The signature stands at byte 0, or after a block of the user's own at 512, 1024, 2048, … */
async function isHdf5(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    for (const at of [0, 512, 1024, 2048, 4096, 8192]) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, at);
      if (bytesRead === 8 && SIGNATURE.every((byte, i) => buffer[i] === byte)) return true;
    }
    return false;
  } finally {
    await handle.close();
  }
}

async function hdf5Kind(path: string): Promise<'aloha-hdf5' | 'robomimic-hdf5'> {
  const file = await Hdf5.open(path);
  try {
    if (isAloha(file)) return 'aloha-hdf5';
    if (isRobomimic(file)) return 'robomimic-hdf5';
  } finally {
    file.close();
  }
  const tip = 'Understood are ALOHA/ACT (/observations/qpos, /action) and robomimic (/data/demo_0/actions).';
  throw fault('incompatible', `${path} is an HDF5 file of another layout`, tip);
}
