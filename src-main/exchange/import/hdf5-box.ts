import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { File } from 'h5wasm';
import { broken } from './limits';

/**
 * An HDF5 file in a glass box. The library (compiled to WebAssembly) has a file system of its own with nothing but this
 * one file in it, read piece by piece: a link to another file leads nowhere, and 5 GB cost no memory.
 */
export interface Box {
  readonly file: File;
  /** Reads that the next question may take. */
  allow(reads: number): void;
  close(): void;
}

const NAME = 'file.h5';
let counter = 0;

export const library = async () => {
  const lib = await import('h5wasm');
  const module = await lib.ready;
  module.activate_throwing_error_handler();
  return { lib, module };
};

export async function openBox(path: string): Promise<Box> {
  const { lib, module } = await library();
  const fd = openSync(path, 'r');
  const size = fstatSync(fd).size;
  const folder = `/box${counter++}`;
  let left = 100_000;
  const sweep = (): void => {
    closeSync(fd);
    module.FS.unlink(`${folder}/${NAME}`);
    module.FS.rmdir(folder);
  };
  module.FS.mkdir(folder);
  module.FS.createDataFile(folder, NAME, new Uint8Array(0), true, false, false);
  const { node } = module.FS.lookupPath(`${folder}/${NAME}`, {});
  Object.defineProperty(node, 'usedBytes', { get: () => size });
  const operations: unknown = Reflect.get(node, 'stream_ops');
  const read = (_: unknown, to: Uint8Array, offset: number, length: number, from: number): number => {
    if (left-- <= 0) throw new Error('its index runs in circles');
    return readSync(fd, to, offset, Math.max(0, Math.min(length, size - from)), from);
  };
  Reflect.set(node, 'stream_ops', Object.assign({}, operations, { read }));
  try {
    const file = new lib.File(`${folder}/${NAME}`, 'r');
    return {
      file,
      allow: (reads) => {
        left = reads;
      },
      close: () => {
        try {
          file.close();
        } finally {
          sweep();
        }
      },
    };
  } catch (error) {
    sweep();
    throw broken(path, `it is not a whole HDF5 file (${reason(error)})`, error);
  }
}

/** The most telling line of what the library said. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = [...text.matchAll(/#\d+: .*?\/([\w.]+) line \d+ in \w+\(\): (.*)/g)].map((m) => m[2]);
  return (lines.at(-1) ?? text.split('\n')[0] ?? '').slice(0, 200);
}
