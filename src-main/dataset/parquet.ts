import type { DecodedArray, KeyValue, SchemaElement } from 'hyparquet';
import { corrupt } from './errors';

/**
 * Columns to and from Parquet bytes. Integers are plain numbers here (exact to 2^53) and INT64 on disk. `depth` is how
 * many lists a value is nested in: 0 a scalar, 1 a vector, 3 LeRobot's (channel, 1, 1) image statistics.
 */
export type ColumnType = 'float32' | 'float64' | 'int64' | 'bool' | 'string';
export type Cell = number | boolean | string | null | readonly Cell[];
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly depth: 0 | 1 | 3;
  readonly data: readonly Cell[];
}
export type Row = Readonly<Record<string, Cell>>;

const LEAF: Record<ColumnType, Pick<SchemaElement, 'type' | 'converted_type'>> = {
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
  int64: { type: 'INT64' },
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

export async function writeColumns(columns: readonly Column[], metadata: KeyValue[] = []): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const schema: SchemaElement[] = [
    { name: 'schema', num_children: columns.length },
    ...columns.flatMap((column) => elements(column.name, column.type, column.depth)),
  ];
  const columnData = columns.map(({ name, type, data }) => {
    const disk: DecodedArray = type === 'int64' ? data.map(toDisk) : [...data];
    return { name, data: disk };
  });
  const options = { columnData, schema, kvMetadata: metadata, rowGroupSize: 100_000, createdBy: 'understudy' };
  return new Uint8Array(parquetWriteBuffer(options));
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

/** All rows of a file; `columns` limits them. Throws a `corrupt` fault naming `file`. */
export async function readRows(bytes: Uint8Array, file: string, columns?: (name: string) => boolean): Promise<Row[]> {
  const { parquetMetadata, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  try {
    const metadata = parquetMetadata(buffer);
    const names = parquetSchema(metadata).children.map((child) => child.element.name);
    const wanted = columns ? names.filter(columns) : names;
    const rows = await parquetReadObjects({ file: buffer, metadata, compressors, columns: wanted });
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, fromDisk(cell)])));
  } catch (error) {
    throw corrupt(
      file,
      `it is not a whole Parquet file (${error instanceof Error ? error.message : String(error)})`,
      error,
    );
  }
}
