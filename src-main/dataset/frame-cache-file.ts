import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { nodeFiles } from './files';

/**
 * One file of small uint8 pictures, H × W × 3 each, end to end after a header of one page: it can be mapped into memory
 * by whoever can, and is read here by positional reads. A small index beside it says which pictures are whole. Pictures
 * are only ever appended, and the index is replaced by renaming after they are on disk: what a crash leaves behind
 * the index's count is overwritten by the next writer. Everything in it can be made again; it may be deleted any time.
 */
const HEADER = 4096;
const count = z.number().int().min(0).max(1e9);
const indexSchema = z.object({
  format: z.literal('understudy-frames'),
  version: z.literal(1),
  width: z.number().int().min(1).max(8192),
  height: z.number().int().min(1).max(8192),
  /** Name of the data file, in the same folder. */
  data: z.string().regex(/^frames-\d+x\d+-[0-9a-f]{12}\.rgb$/),
  /** Pictures in the data file, whole or not in use any more. */
  frames: count,
  /** First picture and number of pictures by key. */
  segments: z.record(z.string().max(64), z.tuple([count, count])),
  check: z.string(),
});
type Index = Omit<z.infer<typeof indexSchema>, 'check'>;

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Segment {
  readonly first: number;
  readonly count: number;
}

const digest = (index: Index): string => createHash('sha256').update(JSON.stringify(index)).digest('hex');
const base = ({ width, height }: Size): string => `frames-${width}x${height}`;
const header = (index: Pick<Index, 'width' | 'height' | 'data'>): Buffer => {
  const page = Buffer.alloc(HEADER);
  page.write(`understudy-frames 1 ${index.width}x${index.height}x3 uint8 ${index.data}\n`);
  return page;
};

export class FramePack {
  readonly #index: Omit<Index, 'frames' | 'segments'>;
  readonly #segments: Map<string, Segment>;
  #frames: number;
  readonly #bytes: number;
  #file: number | null;

  private constructor(
    readonly folder: string,
    { frames, segments, ...index }: Index,
    file: number,
  ) {
    this.#index = index;
    this.#frames = frames;
    this.#segments = new Map(Object.entries(segments).map(([key, [first, count]]) => [key, { first, count }]));
    this.#file = file;
    this.#bytes = index.width * index.height * 3;
  }

  /** Opens what is there; null when there is nothing, or nothing that can be trusted. */
  static async open(folder: string, size: Size, mode: 'r' | 'r+' = 'r'): Promise<FramePack | null> {
    const index = await readIndex(join(folder, `${base(size)}.json`), size);
    if (!index) return null;
    try {
      const file = openSync(join(folder, index.data), mode);
      const page = Buffer.alloc(HEADER);
      readSync(file, page, 0, HEADER, 0);
      const whole = fstatSync(file).size >= HEADER + index.frames * index.width * index.height * 3;
      if (whole && page.equals(header(index))) return new FramePack(folder, index, file);
      closeSync(file);
    } catch {
      // the data file is gone or unreadable: as good as no cache
    }
    return null;
  }

  /** A new, empty one; the old one stays until the first `commit`. */
  static async create(folder: string, size: Size): Promise<FramePack> {
    await mkdir(folder, { recursive: true });
    const { width, height } = size;
    const data = `${base(size)}-${randomBytes(6).toString('hex')}.rgb`;
    const index: Index = { format: 'understudy-frames', version: 1, width, height, data, frames: 0, segments: {} };
    const file = openSync(join(folder, data), 'wx+');
    writeSync(file, header(index), 0, HEADER, 0);
    return new FramePack(folder, index, file);
  }

  /** Pictures in the file, and how many of them are in use. */
  get frames(): number {
    return this.#frames;
  }
  get used(): number {
    return [...this.#segments.values()].reduce((sum, segment) => sum + segment.count, 0);
  }
  get bytesPerFrame(): number {
    return this.#bytes;
  }

  find(key: string): Segment | null {
    return this.#segments.get(key) ?? null;
  }

  /** Reads pictures `first` … into `into` at `at`; throws when the file ends early. */
  read(first: number, frames: number, into: Uint8Array, at = 0): void {
    const length = frames * this.#bytes;
    const got = readSync(this.#open, into, at, length, HEADER + first * this.#bytes);
    if (got !== length) throw new Error(`the picture cache ends at ${got} of ${length} bytes`);
  }

  /** Room for `frames` pictures at the end; they count once `keep` has been called and committed. */
  reserve(frames: number): Segment {
    const segment = { first: this.#frames, count: frames };
    this.#frames += frames;
    return segment;
  }

  write(frame: number, rgb: Uint8Array): void {
    const length = rgb.byteLength;
    const put = writeSync(this.#open, rgb, 0, length, HEADER + frame * this.#bytes);
    if (put !== length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
  }

  keep(key: string, segment: Segment): void {
    this.#segments.set(key, segment);
  }

  /** Forgets every segment that is not in `keys`; its room is won back by `compacted`. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of this.#segments.keys()) if (!keys.has(key)) this.#segments.delete(key);
  }

  /** The same pictures in a new file without the ones that are not in use. This one is closed. */
  async compacted(): Promise<FramePack> {
    const next = await FramePack.create(this.folder, this.#index);
    const buffer = new Uint8Array(this.#bytes * 64);
    for (const [key, { first, count: frames }] of this.#segments) {
      const to = next.reserve(frames);
      for (let k = 0; k < frames; k += 64) {
        const n = Math.min(64, frames - k);
        this.read(first + k, n, buffer);
        next.write(to.first + k, buffer.subarray(0, n * this.#bytes));
      }
      next.keep(key, to);
    }
    this.close();
    return next;
  }

  /** Makes durable what was kept so far, and sweeps away data files that no index speaks of. */
  async commit(): Promise<void> {
    const file = this.#open;
    const size = HEADER + this.#frames * this.#bytes;
    if (fstatSync(file).size < size) ftruncateSync(file, size); // room that was reserved and never filled
    fsyncSync(file);
    const path = join(this.folder, `${base(this.#index)}.json`);
    const staged = `${path}.${process.pid}.new`;
    const segments = Object.fromEntries(
      [...this.#segments].map(([key, at]) => [key, [at.first, at.count] as [number, number]]),
    );
    const index: Index = { ...this.#index, frames: this.#frames, segments };
    const text = JSON.stringify({ ...index, check: digest(index) });
    await nodeFiles.write(staged, new TextEncoder().encode(text));
    await rename(staged, path);
    for (const name of await readdir(this.folder)) {
      const old = name.startsWith(`${base(this.#index)}-`) && name.endsWith('.rgb') && name !== this.#index.data;
      // Where a file that is open elsewhere cannot be removed, the next commit tries again.
      if (old) await rm(join(this.folder, name), { force: true }).catch(() => undefined);
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  get #open(): number {
    if (this.#file === null) throw new Error('the picture cache is closed');
    return this.#file;
  }
}

async function readIndex(path: string, size: Size): Promise<Index | null> {
  try {
    const { check, ...index } = indexSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const fits = index.width === size.width && index.height === size.height;
    const sound = Object.values(index.segments).every(([first, n]) => first + n <= index.frames);
    return fits && sound && check === digest(index) ? index : null;
  } catch {
    return null;
  }
}
