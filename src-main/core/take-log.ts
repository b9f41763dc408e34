import type { EncodedFrame, EncodedVideo, EpisodeDraft, EpisodeRow } from './episode';
import type { Fault } from './fault';
import type { Listener, Unsubscribe } from './types';

/**
 * Where a take goes while it is being recorded, so that a crash cannot take it away. The recorder tells everything as it
 * happens and never waits; whoever writes it says when that fails, and the take still is in memory then.
 */
export interface TakeSink {
  /** How a camera's frames are to be decoded; before its first frame. */
  configure(camera: string, config: Omit<EncodedVideo, 'frames'>): void;
  /** Rows come in order; the first is row 0. */
  row(row: EpisodeRow): void;
  /** Frame `k` belongs to row `k`. Frames of different cameras come in any order. */
  frame(camera: string, k: number, frame: EncodedFrame): void;
}

/** The log of one take, from its first row until the person keeps or discards it. */
export interface TakeLog extends TakeSink {
  /** The episode's name for life. */
  readonly id: string;
  /** Handed to the disk so far. */
  readonly bytes: number;
  /** Told once when writing has ended for good, or that the disk is slow (the log then goes on). */
  onFault(listener: Listener<{ readonly fault: Fault; readonly ended: boolean }>): Unsubscribe;
  /**
   * Makes the take safe: resolves when it cannot be lost any more. `take` is the finished take with its final labels. When
   * the log is incomplete it is written anew from `take`. Rejects with nothing lost: keep can be tried again.
   */
  keep(take: EpisodeDraft): Promise<void>;
  /** Forgets it. Never rejects: what cannot be deleted now is at worst offered as rescued later. */
  discard(): Promise<void>;
}

/** Where takes go: an open dataset. */
export interface TakeLogs {
  /** Resolves when the log is on the disk: a disk that refuses is known before the arm moves. */
  begin(task: string): Promise<TakeLog>;
}
