import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/**
 * The few file operations a dataset needs, as a seam: tests put a disk here that fills up, turns read-only or dies at
 * the n-th write. Paths are absolute. Methods reject with Node's system errors.
 */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** Bytes `from` … `to` - 1; fewer where the file ends. */
  part(path: string, from: number, to: number): Promise<Uint8Array>;
  /** Writes a whole file and waits until the disk has it. */
  write(path: string, data: Uint8Array): Promise<void>;
  /** Replaces `to`, atomically. */
  rename(from: string, to: string): Promise<void>;
  /** A file or a whole folder; no error when it is absent. */
  remove(path: string): Promise<void>;
  mkdir(path: string): Promise<void>;
  /** Names in a folder, sorted; empty when it is absent. */
  list(path: string): Promise<string[]>;
  exists(path: string): Promise<boolean>;
  /** Bytes; 0 when absent. */
  size(path: string): Promise<number>;
  /** Changes whenever the file does; null when it is absent. */
  stamp(path: string): Promise<string | null>;
  writable(path: string): Promise<boolean>;
  /** Makes renames in this folder durable. A no-op where the system cannot (Windows). */
  syncFolder(path: string): Promise<void>;
}

export const nodeFiles: Files = {
  read: (path) => readFile(path),
  async part(path, from, to) {
    const handle = await open(path, 'r');
    try {
      const bytes = new Uint8Array(to - from);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  },
  async write(path, data) {
    const handle = await open(path, 'w');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  async mkdir(path) {
    await mkdir(path, { recursive: true });
  },
  async list(path) {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
      throw error;
    }
  },
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  size: (path) =>
    stat(path).then(
      (s) => s.size,
      () => 0,
    ),
  stamp: (path) =>
    stat(path, { bigint: true }).then(
      (s) => `${s.size}-${s.mtimeNs}`,
      () => null,
    ),
  writable: (path) =>
    access(path, constants.W_OK).then(
      () => true,
      () => false,
    ),
  async syncFolder(path) {
    try {
      const handle = await open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!['EPERM', 'EISDIR', 'EACCES', 'EINVAL'].includes(codeOf(error))) throw error;
    }
  },
};

/** `ENOSPC`, `EACCES`, …; empty when it is no system error. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
