import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A malformed file or folder, and what must be said about it. */
export interface Case {
  readonly name: string;
  /** Makes it below `room`, an empty folder; resolves to what a person would choose. */
  readonly make: (room: string, seeds: Seeds) => Promise<string> | string;
  /** Part of the fault's message: the file that is at fault. */
  readonly names: string;
  /** The file may also be read as if nothing were wrong: what is wrong in it does not matter. */
  readonly harmless?: boolean;
}

/** Sound inputs, made once, to be damaged. Each is a file or folder. */
export interface Seeds {
  readonly aloha: string;
  /** As `aloha`, its pictures compressed. */
  readonly packed: string;
  readonly v3: string;
  readonly v21: string;
  readonly mp4: string;
  readonly csv: string;
}

export const bytesOf = (path: string): Buffer => readFileSync(path);

export function put(path: string, data: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
  return path;
}

/** A copy of a file, changed. */
export function damaged(from: string, to: string, change: (bytes: Buffer) => Uint8Array): string {
  return put(to, change(readFileSync(from)));
}

/** A copy of a folder; `change` gets its path. */
export function copied(from: string, to: string, change: (folder: string) => unknown): string {
  cpSync(from, to, { recursive: true });
  change(to);
  return to;
}

export function edited(folder: string, file: string, change: (bytes: Buffer) => string | Uint8Array): void {
  const path = join(folder, file);
  put(path, change(readFileSync(path)));
}

/** Changes a JSON file. */
export const json = (folder: string, file: string, change: (value: Record<string, unknown>) => unknown): void =>
  edited(folder, file, (bytes) => {
    const value: Record<string, unknown> = JSON.parse(bytes.toString('utf8'));
    return JSON.stringify(change(value) ?? value);
  });

/** Moves a file out of the folder and leaves a link to it. */
export function ledOut(folder: string, file: string): void {
  const outside = join(folder, '..', 'outside', 'secret');
  mkdirSync(dirname(outside), { recursive: true });
  copyFileSync(join(folder, file), outside);
  const path = join(folder, file);
  rmSync(path);
  symlinkSync(outside, path);
}

export const flipped = (bytes: Buffer, at: number, mask = 0xff): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

export const u64 = (...values: number[]): Buffer => {
  const out = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) out.writeBigUInt64LE(BigInt(value), i * 8);
  return out;
};
export const u32 = (...values: number[]): Buffer => {
  const out = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) out.writeUInt32BE(value, i * 4);
  return out;
};

/** Replaces each place where `from` stands; fails the test when there is none. */
export function replaced(bytes: Buffer, from: Uint8Array, to: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  let hits = 0;
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + to.length)) {
    copy.set(to, at);
    hits++;
  }
  if (hits === 0) throw new Error('nothing to replace');
  return copy;
}
