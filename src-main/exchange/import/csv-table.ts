import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { fault } from '../../core/fault';
import { broken, MAX_CHANNELS, MAX_ROWS, MAX_VALUES, strange } from './limits';

/** Bytes of the longest line that is believed. */
const MAX_LINE = 256 * 1024;
/** Columns a file may have: what is not understood is left out, but it must be read. */
const MAX_COLUMNS = 4 * MAX_CHANNELS + 16;

export interface Table {
  readonly header: readonly string[];
  /** `cells[row][column]`, as text. */
  readonly rows: readonly (readonly string[])[];
  /** Where columns are separated by a semicolon or tab, a comma in a number is its decimal point. */
  readonly decimalComma: boolean;
}

/** The first line of a file, at most so much of it as a line may have. */
async function firstLine(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_LINE), 0, MAX_LINE, 0);
    const text = buffer.subarray(0, bytesRead);
    if (text.includes(0)) throw broken(file, 'it is not a text file');
    const line = text.toString('utf8').split(/\r\n|\n|\r/, 1)[0] ?? '';
    if (bytesRead === MAX_LINE && line.length >= MAX_LINE - 4)
      throw strange(file, `its first line has more than ${MAX_LINE} characters`, 'Check that it is a CSV file.');
    return line;
  } finally {
    await handle.close();
  }
}

/** The separator is what the header has most of: `,`, `;` or a tab. */
function separator(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((sign) => [sign, bare.split(sign).length - 1] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** Reads a CSV file row by row; memory and time are bounded by the limits, whatever the size of the file. */
export async function readTable(file: string): Promise<Table> {
  const line = await firstLine(file);
  if (line.trim() === '') throw broken(file, 'its first line is empty; it should name the columns');
  const delimiter = separator(line);
  if (line.split(delimiter).length > MAX_COLUMNS)
    throw strange(file, `it has more than ${MAX_COLUMNS} columns`, 'Leave out columns that are not needed.');
  const { parse } = await import('csv-parse');
  const input = createReadStream(file, { encoding: 'utf8' });
  const parser = input.pipe(
    parse({ bom: true, delimiter, max_record_size: MAX_LINE, skip_empty_lines: true, trim: true }),
  );
  input.on('error', (error) => parser.destroy(error));
  let header: readonly string[] | undefined;
  const rows: string[][] = [];
  try {
    for await (const record of parser) {
      const cells = toTexts(record);
      if (!header) header = cells;
      else rows.push(cells);
      if (rows.length > MAX_ROWS || rows.length * (header?.length ?? 0) > MAX_VALUES)
        throw strange(file, `it has more than ${rows.length - 1} rows`, 'Split it into shorter episodes.');
    }
  } catch (error) {
    throw readFault(file, error);
  } finally {
    input.destroy();
  }
  if (!header || rows.length === 0) throw broken(file, 'it has no rows');
  const twice = header.find((name, i) => name !== '' && header?.indexOf(name) !== i);
  if (twice !== undefined) throw broken(file, `the column "${twice.slice(0, 60)}" is there twice`);
  return { header, rows, decimalComma: delimiter !== ',' };
}

const toTexts = (record: unknown): string[] => (Array.isArray(record) ? record.map(String) : []);

const WHY: Record<string, string> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'a row has more or fewer values than the first line has columns',
  CSV_MAX_RECORD_SIZE: `a line, or a text in quotation marks, is longer than ${MAX_LINE} characters`,
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quotation mark stands in the middle of a value',
  INVALID_OPENING_QUOTE: 'a quotation mark stands in the middle of a value',
};

function readFault(file: string, error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('CSV') && !WHY[code]) return error;
  const lines = typeof error === 'object' && error !== null && 'lines' in error ? ` (line ${String(error.lines)})` : '';
  const tip = 'Correct the file, or write it again as plain CSV.';
  return fault('corrupt', `${file} cannot be imported: ${WHY[code] ?? code}${lines}`, tip, error);
}

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A finite number, or null: `1.5`, `-2e-3`; with a decimal comma also `1,5`. `1.234,5` and `NaN` are none. */
export function toNumber(cell: string, decimalComma: boolean): number | null {
  const text = decimalComma && !cell.includes('.') ? cell.replace(',', '.') : cell;
  const value = PLAIN.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
