import type { DatasetSpec } from '../core/episode';
import { fault } from '../core/fault';
import { corrupt, folderFault } from './errors';
import type { Files } from './files';
import type { Info } from './info';
import { fill, inside, type Place, VIDEO_PATH, videoKey } from './layout';
import { type Row, readRows } from './parquet';
import type { EpisodeRecord } from './record';

/** What a dataset is on disk at one moment. */
export interface Content {
  readonly info: Info;
  /** info.json as it was read or written: another text there means that somebody else changed the dataset. */
  readonly infoText: string;
  readonly records: readonly EpisodeRecord[];
  readonly tasks: readonly string[];
}

/** The folder of a dataset: where its files are and what is in them. */
export class Store {
  constructor(
    readonly files: Files,
    readonly folder: string,
    readonly spec: DatasetSpec,
    private readonly paths: Pick<Info, 'data_path' | 'video_path'>,
  ) {}

  /** Relative to the folder. */
  dataPath(at: Place): string {
    return fill(this.paths.data_path, at);
  }

  /** Relative to the folder. */
  videoPath(camera: string, at: Place): string {
    return fill(this.paths.video_path ?? VIDEO_PATH, at, videoKey(camera));
  }

  absolute(path: string): string {
    return inside(this.folder, path);
  }

  /** An episode's rows as they are stored. `file` is absolute. */
  async rows(content: Pick<Content, 'records'>, index: number): Promise<{ stored: Row[]; file: string }> {
    const record = recordAt(content, index);
    const file = this.absolute(this.dataPath(record.data));
    const bytes = await this.files.read(file).catch((error: unknown) => {
      throw folderFault(error, `Reading episode ${index}`);
    });
    const stored = (await readRows(bytes, file)).filter((row) => row.episode_index === index);
    if (stored.length === record.length) return { stored, file };
    throw corrupt(file, `it holds ${stored.length} of the ${record.length} rows of episode ${index}`);
  }
}

export function recordAt({ records }: Pick<Content, 'records'>, index: number): EpisodeRecord {
  const record = records[index];
  if (record) return record;
  throw fault('not-found', `There is no episode ${index}`, `The dataset has ${records.length} episodes.`);
}

/** Rows of the episodes before `index`. */
export const rowsBefore = ({ records }: Pick<Content, 'records'>, index: number): number =>
  records.slice(0, index).reduce((sum, record) => sum + record.length, 0);
