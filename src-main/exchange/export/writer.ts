import type { DatasetSpec, EpisodeDraft } from '../../core/episode';

/** Writes episodes into an empty folder in one format, one after the other. */
export interface Writer {
  /** Resolves when the episode is on disk. */
  add(draft: EpisodeDraft): Promise<void>;
  /** Writes what is known only at the end. */
  finish(): Promise<void>;
}

export type OpenWriter = (folder: string, spec: DatasetSpec) => Promise<Writer>;
