import type { DatasetSpec } from '../core/episode';
import { fault } from '../core/fault';
import { corrupt, folderFault } from './errors';
import type { Files } from './files';
import type { Info } from './info';
import { fill, inside, ordinal, type Place, place, VIDEO_PATH, videoKey } from './layout';
import type { EpisodeTable } from './pages';
import { type Row, readTable } from './parquet';
import type { EpisodeRecord } from './record';
import { videoKeys } from './spec';
import { type Definition, definitions, isRead } from './table';

/** What a dataset is on disk at one moment. */
export interface Content extends EpisodeTable {
  readonly info: Info;
  /** info.json as it was read or written: another text there means that somebody else changed the dataset. */
  readonly infoText: string;
  readonly tasks: readonly string[];
}

/** Rows of an episode, wherever they are: `row` … `row + count` - 1 of a data file (absolute path). */
export interface RowRange {
  readonly file: string;
  readonly row: number;
  readonly count: number;
}

/** The folder of a dataset: where its files are and what is in them. */
export class Store {
  /** Columns of the data files. */
  readonly columns: readonly Definition[];
  /** The video feature of each camera. */
  readonly keys: Readonly<Record<string, string>>;
  /** Whether we made it: rows of other programs keep what we do not know. */
  readonly own: boolean;
  /** Number of the newest video of each camera, as far as is known: numbers are not used twice. */
  readonly lastVideo = new Map<string, number>();

  constructor(
    readonly files: Files,
    readonly folder: string,
    readonly spec: DatasetSpec,
    private readonly info: Info,
  ) {
    this.columns = definitions(info);
    this.keys = videoKeys(info);
    this.own = info.understudy !== undefined;
  }

  place(n: number): Place {
    return place(n, this.info.chunks_size);
  }

  ordinal(at: Place): number {
    return ordinal(at, this.info.chunks_size);
  }

  /** Relative to the folder. */
  dataPath(at: Place): string {
    return fill(this.info.data_path, at);
  }

  /** Relative to the folder. */
  videoPath(camera: string, at: Place): string {
    return fill(this.info.video_path ?? VIDEO_PATH, at, this.keys[camera] ?? videoKey(camera));
  }

  absolute(path: string): string {
    return inside(this.folder, path);
  }

  /** Where an episode's rows are. Episodes follow each other in the files as in the list. */
  range({ records }: Pick<Content, 'records'>, index: number): RowRange {
    const record = recordAt({ records }, index);
    const mine = this.ordinal(record.data);
    let row = 0;
    for (let k = index - 1; k >= 0; k--) {
      const before = records[k];
      if (!before || this.ordinal(before.data) !== mine) break;
      row += before.length;
    }
    return { file: this.absolute(this.dataPath(record.data)), row, count: record.length };
  }

  /** An episode's rows as they are stored. `file` is absolute. */
  async rows(content: Pick<Content, 'records'>, index: number): Promise<{ stored: Row[]; file: string }> {
    const range = this.range(content, index);
    const stored = await this.read(range, `Reading episode ${index}`, isRead);
    const strange = stored.find((row) => first(row.episode_index) !== index);
    if (!strange) return { stored, file: range.file };
    throw corrupt(range.file, `it holds rows of episode ${first(strange.episode_index)} in the place of ${index}`);
  }

  async read({ file, row, count }: RowRange, doing: string, columns?: (name: string) => boolean): Promise<Row[]> {
    const wanted = { from: row, to: row + count, ...(columns && { columns }) };
    const stored = await readTable(this.files, file, wanted).catch((error: unknown) => {
      throw folderFault(error, doing);
    });
    if (stored.length === count) return stored;
    throw corrupt(file, `it holds ${stored.length} of the ${count} rows of an episode`);
  }
}

const first = (cell: Row[string] | undefined) => (Array.isArray(cell) ? cell[0] : cell);

export function recordAt({ records }: Pick<Content, 'records'>, index: number): EpisodeRecord {
  const record = records[index];
  if (record) return record;
  throw fault('not-found', `There is no episode ${index}`, `The dataset has ${records.length} episodes.`);
}

/** Rows of the episodes before `index`. */
export function rowsBefore({ records }: Pick<Content, 'records'>, index: number): number {
  let rows = 0;
  for (let k = 0; k < index; k++) rows += records[k]?.length ?? 0;
  return rows;
}

/** Of each episode the index of its first row in the dataset. */
export function starts(records: readonly { readonly length: number }[]): number[] {
  let sum = 0;
  return records.map(({ length }) => {
    sum += length;
    return sum - length;
  });
}
