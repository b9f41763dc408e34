import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Files, nodeFiles } from '../../src-main/dataset/files';

/**
 * A disk that breaks at the n-th change. `forever`: the power is cut, nothing works any more. Otherwise that one change
 * fails and the next ones succeed again, as with a disk that was full for a moment. A failing write leaves half a file.
 */
export class BrokenDisk implements Files {
  changes = 0;
  constructor(
    private readonly at: number,
    private readonly forever: boolean,
    private readonly code = 'ENOSPC',
  ) {}

  read = (path: string) => nodeFiles.read(path);
  list = (path: string) => nodeFiles.list(path);
  exists = (path: string) => nodeFiles.exists(path);
  size = (path: string) => nodeFiles.size(path);
  part = (path: string, from: number, to: number) => nodeFiles.part(path, from, to);
  stamp = (path: string) => nodeFiles.stamp(path);
  writable = (path: string) => nodeFiles.writable(path);
  mkdir = (path: string) => this.#change(() => nodeFiles.mkdir(path));
  rename = (from: string, to: string) => this.#change(() => nodeFiles.rename(from, to));
  remove = (path: string) => this.#change(() => nodeFiles.remove(path));
  syncFolder = (path: string) => this.#change(() => nodeFiles.syncFolder(path));
  write = (path: string, data: Uint8Array) =>
    this.#change(
      () => nodeFiles.write(path, data),
      () => writeFileSync(path, data.subarray(0, data.length / 2)),
    );

  async #change(work: () => Promise<void>, halfway: () => void = () => undefined): Promise<void> {
    const n = this.changes++;
    if (n === this.at || (this.forever && n > this.at)) {
      if (n === this.at) halfway();
      throw Object.assign(new Error(`${this.code}: change ${n}`), { code: this.code });
    }
    await work();
  }

  get broke(): boolean {
    return this.changes > this.at;
  }
}

/** Every file of a folder with a digest of its content. Empty folders do not count. */
export function snapshot(root: string, folder = root): Record<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return Object.entries(snapshot(root, path));
    return [[relative(root, path), createHash('sha1').update(readFileSync(path)).digest('hex')]];
  });
  return Object.fromEntries(entries);
}
