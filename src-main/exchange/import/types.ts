import type { DatasetSpec, EpisodeDraft } from '../../core/episode';

/** What `recognise` tells apart. See docs/importing.md. */
export type ImportKind = 'lerobot-v3.0' | 'lerobot-v2.1' | 'aloha-hdf5' | 'robomimic-hdf5' | 'csv-folder';

export interface ImportOptions {
  /** Rows per second (whole, 1–1000), for files that do not say; absent: the usual value of the format. */
  readonly fps?: number;
  /** What the robot is asked to do, for files that do not say. */
  readonly task?: string;
  /** Name of the robot, for files that do not say. */
  readonly robot?: string;
}

export interface ImportProgress {
  /** Episodes dealt with: imported or skipped; fractions within an episode. */
  readonly done: number;
  readonly total: number;
  /** What is being worked on, such as `episode_3.hdf5`. */
  readonly note: string;
}

export interface ImportHooks {
  readonly report?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ImportLine {
  readonly level: 'info' | 'warning';
  readonly text: string;
}

export interface ImportResult {
  readonly kind: ImportKind;
  readonly folder: string;
  readonly episodes: number;
  readonly frames: number;
  /** Broken episodes that were left out, each with a line in `report`. */
  readonly skipped: number;
  /** What a person should know: what was skipped and why, what was assumed, what was left out. */
  readonly report: readonly ImportLine[];
}

/** How far one episode is, 0–1; throws a `cancelled` fault when the person changed their mind. */
export type Step = (share: number) => void;

/** A recognised file or folder, opened. Memory is bounded by one episode's encoded video, whatever the size on disk. */
export interface ImportSource {
  readonly kind: ImportKind;
  readonly spec: DatasetSpec;
  /** Names of the episodes, for messages. */
  readonly names: readonly string[];
  /** What was assumed or left out, known so far. */
  readonly notes: readonly string[];
  /** Rejects with a `FaultError` when this episode cannot be trusted; the others can still be read. */
  read(index: number, step: Step): Promise<EpisodeDraft>;
  close(): Promise<void>;
}
