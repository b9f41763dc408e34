import type { EpisodeInfo } from '../../core/episode';
import { fault } from '../../core/fault';
import type { TakeLog, TakeLogs } from '../../core/take-log';
import type { HostedDataset } from '../host-dataset';
import { nodeTakeFiles, type TakeFiles } from './files';
import { finaliseWork } from './finalise';
import { takeBegins, takeEnds } from './live';
import { JournalLog, specForLog } from './log';
import { thisProcess } from './process';
import { FinaliseQueue } from './queue';
import { PACE, type Pace } from './writer';

export interface JournalHost {
  /** A kept take is in the dataset now. */
  added(info: EpisodeInfo): void;
  changed(): void;
  failed(error: unknown): void;
}

export interface JournalOptions {
  readonly files?: TakeFiles;
  readonly pace?: Pace;
}

/** Recording into one open dataset: takes begin here, and kept ones become episodes in the background. */
export class Journal implements TakeLogs {
  readonly #queue: FinaliseQueue;
  readonly #files: TakeFiles;
  readonly #pace: Pace;

  constructor(
    private readonly dataset: HostedDataset,
    host: JournalHost,
    { files = nodeTakeFiles, pace = PACE }: JournalOptions = {},
  ) {
    this.#files = files;
    this.#pace = pace;
    this.#queue = new FinaliseQueue({
      finalise: (id) => dataset.run(finaliseWork, { id }),
      done: (id, info) => {
        takeEnds(id);
        if (info) host.added(info);
      },
      changed: () => host.changed(),
      failed: (error) => host.failed(error),
    });
  }

  /** Kept takes that are not in the dataset's files yet. */
  get saving(): number {
    return this.#queue.waiting.length;
  }

  async begin(task: string): Promise<TakeLog> {
    const { dataset } = this;
    if (dataset.readOnly) throw fault('read-only', dataset.readOnly, 'Open or create another dataset to record.');
    const now = new Date();
    const id = newTakeId(now);
    takeBegins(id);
    const place = { files: this.#files, folder: dataset.folder, pace: this.#pace };
    const begin = {
      version: 1 as const,
      id,
      owner: thisProcess(),
      task,
      recorded: now.toISOString(),
      spec: specForLog(dataset.spec),
    };
    return JournalLog.open(place, begin, (_, kept) => {
      if (kept) this.#queue.push(id);
      else takeEnds(id);
    });
  }

  /** Resolves when every kept take is in the dataset, or cannot be saved now. */
  settle(): Promise<void> {
    return this.#queue.settle();
  }

  async close(): Promise<void> {
    await this.#queue.close();
    for (const id of this.#queue.waiting) takeEnds(id);
  }
}

/** Sorts by time; lower-case letters, digits and `-`. */
export function newTakeId(now: Date): string {
  const time = now.toISOString().replace(/\D/g, '').slice(0, 17);
  return `${time.slice(0, 8)}-${time.slice(8)}-${Math.random().toString(36).slice(2, 8).padEnd(6, '0')}`;
}
