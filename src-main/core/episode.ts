import type { Vector } from './types';

/** One row of an episode: what the loop did at one frame of the dataset. Robot units (rad, m, ratio). */
export interface EpisodeRow {
  /** True monotonic time of the tick, seconds. */
  readonly t: number;
  /** Measured joint positions (`observation.state`). */
  readonly state: Vector;
  /** What was really sent (`action`). */
  readonly action: Vector;
  /** What the pilot asked for before the clamp. */
  readonly asked: Vector;
  /** Task state in simulation (`observation.environment_state`); empty otherwise. */
  readonly environment: Vector;
  readonly pilot: string;
  readonly intervention: boolean;
}

/** One encoded frame; frame k belongs to row k and is shown at k / fps. `data` is one H.264 access unit (AVCC). */
export interface EncodedFrame {
  readonly key: boolean;
  readonly data: Uint8Array;
  /** When the picture was really taken, on the same clock as the ticks, seconds. */
  readonly t: number;
}

export interface EncodedVideo {
  readonly width: number;
  readonly height: number;
  /** WebCodecs codec string, such as `avc1.42001f`. */
  readonly codec: string;
  /** The decoder configuration record (avcC). */
  readonly description: Uint8Array;
  readonly frames: readonly EncodedFrame[];
}

/** A finished demonstration, not yet in the dataset. Every video has exactly as many frames as there are rows. */
export interface EpisodeDraft {
  readonly task: string;
  /** null = not judged. */
  readonly success: boolean | null;
  readonly rows: readonly EpisodeRow[];
  /** By camera slot name (`front`, `wrist`, `webcam`). */
  readonly videos: Readonly<Record<string, EncodedVideo>>;
}

export interface EpisodeInfo {
  readonly index: number;
  readonly task: string;
  readonly success: boolean | null;
  /** Rows = frames of each video. */
  readonly length: number;
  /** Seconds. */
  readonly duration: number;
  readonly pilots: readonly string[];
  readonly interventions: number;
  readonly cameras: readonly string[];
}

export interface Episode extends EpisodeInfo {
  readonly rows: readonly EpisodeRow[];
}

/** What a dataset holds, fixed when it is created. */
export interface DatasetSpec {
  readonly robot: string;
  readonly joints: readonly { readonly name: string; readonly unit: 'rad' | 'm' | 'ratio' }[];
  readonly environment: readonly string[];
  /** Rows per second. */
  readonly fps: number;
  readonly cameras: readonly { readonly name: string; readonly width: number; readonly height: number }[];
}

export interface VideoSegment {
  /** Absolute path of the MP4 that holds it. */
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/**
 * A folder of episodes. An episode is whole or absent: `add` resolves only when it is safely on disk, and a failed
 * `add` leaves the folder as it was. Throws `FaultError`.
 */
export interface Dataset {
  readonly folder: string;
  readonly spec: DatasetSpec;
  list(): readonly EpisodeInfo[];
  read(index: number): Promise<Episode>;
  video(index: number, camera: string): VideoSegment;
  add(draft: EpisodeDraft): Promise<EpisodeInfo>;
  /** Later episodes move up by one. */
  remove(index: number): Promise<void>;
  relabel(index: number, label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo>;
  close(): Promise<void>;
}
