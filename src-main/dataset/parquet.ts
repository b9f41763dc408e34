import type { AsyncBuffer, Compressors, DecodedArray, KeyValue, SchemaElement } from 'hyparquet';
import { corrupt } from './errors';
import type { Files } from './files';

/**
 * Columns to and from Parquet bytes. Integers are plain numbers here (exact to 2^53) and INT64 on disk. `depth` is how
 * many lists a value is nested in: 0 a scalar, 1 a vector, 3 LeRobot's (channel, 1, 1) image statistics.
 */
export type ColumnType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool' | 'string';
export type Cell = number | boolean | string | null | readonly Cell[];
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly depth: number;
  readonly data: readonly Cell[];
}
export type Row = Readonly<Record<string, Cell>>;

const LEAF: Record<ColumnType, Pick<SchemaElement, 'type' | 'converted_type'>> = {
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
  int64: { type: 'INT64' },
  int32: { type: 'INT32' },
  bool: { type: 'BOOLEAN' },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

/** The three-level LIST layout that Arrow reads as nested lists. */
function elements(name: string, type: ColumnType, depth: number): SchemaElement[] {
  if (depth === 0) return [{ name, repetition_type: 'OPTIONAL', ...LEAF[type] }];
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...elements('element', type, depth - 1),
  ];
}

const toDisk = (cell: Cell): unknown => {
  if (typeof cell === 'object' && cell !== null) return cell.map(toDisk);
  return typeof cell === 'number' ? BigInt(cell) : cell;
};

/** One file of the same columns in several parts, each part a row group of its own. */
export class TableWriter {
  readonly #parts: (readonly Column[])[] = [];

  add(columns: readonly Column[]): void {
    this.#parts.push(columns);
  }

  async finish(metadata: KeyValue[] = []): Promise<Uint8Array> {
    const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
    const first = this.#parts[0] ?? [];
    const schema: SchemaElement[] = [
      { name: 'schema', num_children: first.length },
      ...first.flatMap((column) => elements(column.name, column.type, column.depth)),
    ];
    const writer = new ByteWriter();
    const table = new ParquetWriter({ writer, schema, kvMetadata: metadata, createdBy: 'understudy' });
    for (const columns of this.#parts) {
      const columnData = columns.map(({ name, type, data }) => {
        const disk: DecodedArray = type === 'int64' ? data.map(toDisk) : [...data];
        return { name, data: disk };
      });
      await table.write({ columnData, rowGroupSize: 100_000 });
    }
    await table.finish();
    return new Uint8Array(writer.getBuffer());
  }
}

export async function writeColumns(columns: readonly Column[], metadata: KeyValue[] = []): Promise<Uint8Array> {
  const writer = new TableWriter();
  writer.add(columns);
  return writer.finish(metadata);
}

function fromDisk(cell: unknown): Cell {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'bigint') return Number(cell);
  if (typeof cell === 'number' || typeof cell === 'string' || typeof cell === 'boolean') return cell;
  if (Array.isArray(cell)) return cell.map(fromDisk);
  if (cell instanceof Float32Array || cell instanceof Float64Array || cell instanceof Int32Array)
    return Array.from(cell);
  throw new TypeError('a column of an unexpected type');
}

/** Most bytes that one page of a file may unpack to: a small file must not fill the memory. */
const MAX_PAGE = 256 * 2 ** 20;
/** Most bytes and rows of the columns that are read at once. */
const MAX_COLUMNS = 2 ** 30;
const MAX_ROWS = 20_000_000;
/** Most rows read at once: equal values take no room in a file, but each row does in memory. */
const MAX_AT_ONCE = 1_500_000;

let guarded: Compressors | undefined;
async function compressors(): Promise<Compressors> {
  if (guarded) return guarded;
  const { compressors: all } = await import('hyparquet-compressors');
  guarded = Object.fromEntries(
    Object.entries(all).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number) => {
        if (!(length <= MAX_PAGE)) throw new Error(`a page unpacks to ${length} bytes`);
        return unpack(input, length);
      },
    ]),
  );
  return guarded;
}

export interface Wanted {
  /** Which columns; all when absent. */
  readonly columns?: (name: string) => boolean;
  /** Rows `from` … `to` - 1; all when absent. */
  readonly from?: number;
  readonly to?: number;
}

/** Rows of a file that is in memory. Throws a `corrupt` fault naming `file`. */
export function readRows(bytes: Uint8Array, file: string, wanted: Wanted = {}): Promise<Row[]> {
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return rowsOf(buffer, file, wanted);
}

/** Files up to this size are read whole: one access instead of one a column. */
const SMALL = 4 * 2 ** 20;

/** Rows of a file on disk; of a large one only the parts that hold them. */
export async function readTable(files: Files, file: string, wanted: Wanted = {}): Promise<Row[]> {
  const size = await files.size(file);
  if (size <= SMALL) return readRows(await files.read(file), file, wanted);
  const slice = async (from: number, to = size): Promise<ArrayBuffer> => {
    const bytes = await files.part(file, from, to);
    return new Uint8Array(bytes).buffer;
  };
  return rowsOf({ byteLength: size, slice }, file, wanted);
}

async function rowsOf(buffer: AsyncBuffer, file: string, { columns, from, to }: Wanted): Promise<Row[]> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet');
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const names = parquetSchema(metadata).children.map((child) => child.element.name);
    const wanted = columns ? names.filter(columns) : names;
    let rows = 0;
    for (const group of metadata.row_groups) {
      rows += Number(group.num_rows);
      const bytes = group.columns.reduce((sum, { meta_data: m }) => {
        const mine = m && wanted.includes(m.path_in_schema[0] ?? '');
        return mine ? sum + Number(m.total_uncompressed_size) : sum;
      }, 0);
      if (!(bytes >= 0 && bytes <= MAX_COLUMNS)) throw new Error(`a group of rows unpacks to ${bytes} bytes`);
      if (!(Number(group.num_rows) >= 0)) throw new Error('a group of rows has no size');
    }
    if (rows > MAX_ROWS || rows !== Number(metadata.num_rows)) throw new Error(`it claims to hold ${rows} rows`);
    const range = { rowStart: from ?? 0, rowEnd: Math.min(to ?? rows, rows) };
    if (range.rowStart >= range.rowEnd) return [];
    if (range.rowEnd - range.rowStart > MAX_AT_ONCE) throw new Error(`it claims to hold ${rows} rows`);
    const source = { file: buffer, metadata, compressors: await compressors(), columns: wanted, ...range };
    const found = await parquetReadObjects(source);
    return found.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, fromDisk(cell)])));
  } catch (error) {
    throw corrupt(
      file,
      `it is not a whole Parquet file (${error instanceof Error ? error.message : String(error)})`,
      error,
    );
  }
}
