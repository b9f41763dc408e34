import type { Dataset } from 'h5wasm';
import { FaultError } from '../../core/fault';
import { type Box, library, openBox, reason } from './hdf5-box';
import { broken, MAX_CHUNK, MAX_EPISODES, SLAB, strange } from './limits';

/** Filters that the library has: deflate, shuffle, Fletcher-32, szip, n-bit, scale-offset. */
const FILTERS = new Set([1, 2, 3, 4, 5, 6]);
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUM = 8;
const READS = 1_000_000;

export type Attribute = string | number | boolean | null;

type Library = Awaited<ReturnType<typeof library>>;

/** Questions to an HDF5 file. Whatever is wrong with it comes out as a fault that names it. */
export class Hdf5 {
  private constructor(
    readonly path: string,
    private readonly box: Box,
    private readonly module: Library['module'],
    private readonly lib: Library['lib'],
  ) {}

  static async open(path: string): Promise<Hdf5> {
    const { lib, module } = await library();
    return new Hdf5(path, await openBox(path), module, lib);
  }

  /** `null` where there is nothing, or a link: those are not followed out of the file. */
  kind(path: string): 'group' | 'array' | null {
    return this.#ask(path, () => {
      const type = this.module.get_type(this.box.file.file_id, path);
      return type === this.module.H5G_GROUP ? 'group' : type === this.module.H5G_DATASET ? 'array' : null;
    });
  }

  /** Names in a group, sorted as a person counts: demo_2 before demo_10. */
  names(group: string): string[] {
    if (this.kind(group) !== 'group') return [];
    const names = this.#ask(group, () => new this.lib.Group(this.box.file.file_id, group).keys());
    if (names.length > MAX_EPISODES) throw broken(this.path, `${group} has ${names.length} members`);
    return names.filter((name) => !name.includes('/') && name !== '.' && name !== '..').sort(counting);
  }

  /** A text, number or truth kept beside `path`; null when it is absent or something else. */
  attribute(path: string, name: string): Attribute {
    return this.#ask(path, () => {
      const id = this.box.file.file_id;
      if (!this.module.get_attribute_names(id, path).includes(name)) return null;
      const attribute = new this.lib.Attribute(id, path, name);
      if (attribute.metadata.total_size > SLAB) return null;
      const value = attribute.json_value;
      const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
      return typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? one : null;
    });
  }

  /** A short list of texts, such as names of demonstrations; empty where there is none. */
  texts(path: string): string[] {
    if (this.kind(path) !== 'array') return [];
    return this.#ask(path, () => {
      const { metadata, json_value: value } = new this.lib.Dataset(this.box.file.file_id, path);
      if (metadata.type !== STRING || metadata.total_size > SLAB) return [];
      return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
    });
  }

  /** Numbers that can be read in pieces; a fault when there are none at `path`. */
  array(path: string): Hdf5Array {
    if (this.kind(path) !== 'array') throw broken(this.path, `there is no ${path} in it`);
    const [dataset, filters] = this.#ask(path, () => {
      const found = new this.lib.Dataset(this.box.file.file_id, path);
      return [found, found.filters] as const;
    });
    const { type, size, littleEndian, shape, chunks, virtual_sources: elsewhere } = dataset.metadata;
    if (![INTEGER, FLOAT, ENUM].includes(type) || size > 8)
      throw strange(this.path, `${path} does not hold numbers`, 'Numbers of 1 to 8 bytes can be imported.');
    if (!littleEndian && size > 1)
      throw strange(this.path, `${path} has big-endian numbers`, 'Store it as little-endian, as most programs do.');
    if (elsewhere && elsewhere.length > 0)
      throw strange(this.path, `${path} lies in other files`, 'Write it into one file (h5repack does).');
    if (!shape || shape.length === 0) throw broken(this.path, `${path} has no rows`);
    if (shape.some((side) => !Number.isSafeInteger(side) || side < 0))
      throw broken(this.path, `${path} has no right size`);
    const unknown = filters.find(({ id }) => !FILTERS.has(id));
    if (unknown) {
      const how = 'Write it again with gzip, such as: h5repack -f GZIP=4 old.hdf5 new.hdf5';
      throw strange(this.path, `${path} is compressed by "${unknown.name || unknown.id}"`, how);
    }
    const piece = (chunks ?? [1]).reduce((a, b) => a * b, size);
    if (!(piece <= MAX_CHUNK))
      throw strange(
        this.path,
        `${path} is stored in pieces of ${Math.round(piece / 2 ** 20)} MB`,
        'Write it in smaller chunks.',
      );
    return new Hdf5Array(this.path, path, shape, type === FLOAT ? 'float' : 'integer', size, (from, to) =>
      this.#ask(path, () => read(dataset, from, to)),
    );
  }

  /** As `array`, where it may be missing. */
  maybe(path: string): Hdf5Array | null {
    return this.kind(path) === 'array' ? this.array(path) : null;
  }

  #ask<T>(path: string, question: () => T): T {
    this.box.allow(READS);
    try {
      return question();
    } catch (error) {
      if (error instanceof FaultError) throw error;
      throw broken(this.path, `${path} cannot be read (${reason(error)})`, error);
    }
  }

  close(): void {
    this.box.close();
  }
}

type Values = Float64Array | Uint8Array;

function read(dataset: Dataset, from: number, to: number): Values {
  const value = dataset.slice([[from, to]]);
  if (value instanceof Uint8Array) return value;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Float64Array.from(value, Number);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Float64Array.from(value);
  throw new Error('its values are not numbers');
}

/** Rows of numbers: the first axis of `shape` counts the rows. */
export class Hdf5Array {
  /** Numbers in a row. */
  readonly width: number;

  constructor(
    private readonly file: string,
    readonly name: string,
    readonly shape: readonly number[],
    readonly type: 'float' | 'integer',
    /** Bytes of a number. */
    readonly size: number,
    private readonly slice: (from: number, to: number) => Values,
  ) {
    this.width = shape.slice(1).reduce((a, b) => a * b, 1);
  }

  get rows(): number {
    return this.shape[0] ?? 0;
  }

  /** Rows `from` … `to` - 1, one after the other; fewer where the array ends. */
  read(from: number, to: number): Values {
    const end = Math.min(to, this.rows);
    if (end <= from) return new Uint8Array(0);
    if ((end - from) * this.width * this.size > MAX_CHUNK)
      throw broken(this.file, `${this.name} has rows of ${this.width} values`);
    const values = this.slice(from, end);
    if (values.length !== (end - from) * this.width) throw broken(this.file, `${this.name} is shorter than it says`);
    return values;
  }

  /** How many rows fit a piece of memory. */
  get slab(): number {
    return Math.max(1, Math.floor(SLAB / Math.max(1, this.width * this.size)));
  }

  /** All rows as vectors; refuses what is not a number. */
  vectors(): number[][] {
    const rows: number[][] = [];
    for (let from = 0; from < this.rows; from += this.slab) {
      const values = this.read(from, from + this.slab);
      for (let at = 0; at < values.length; at += this.width)
        rows.push(Array.from(values.subarray(at, at + this.width)));
    }
    const bad = rows.findIndex((row) => !row.every(Number.isFinite));
    if (bad >= 0) throw broken(this.file, `${this.name} row ${bad} is not a number`);
    return rows;
  }
}

/** demo_2 before demo_10. */
export const counting = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
