import type { Edit } from './edit';
import type { Unit, Vector } from './types';

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
  /** What the clamp changed since the row before: `rule:joint` words such as `speed:2 limit:5`; empty when nothing. */
  readonly clamped: string;
}

/** One encoded frame; frame k belongs to row k and is shown at k / fps. `data` is one access unit (H.264: AVCC). */
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
  /** Its name for life; made up when absent. */
  readonly id?: string;
  readonly tags?: readonly string[];
  /** ISO time; now when absent. */
  readonly recorded?: string | null;
  readonly rows: readonly EpisodeRow[];
  /** By camera slot name (`front`, `wrist`, `webcam`). */
  readonly videos: Readonly<Record<string, EncodedVideo>>;
}

export interface EpisodeInfo {
  /** Its place in the dataset now; changes when earlier ones are removed. */
  readonly index: number;
  /** Its name for life, whatever its place: lower-case letters, digits and `-`. */
  readonly id: string;
  readonly task: string;
  readonly success: boolean | null;
  /** The operator's own labels, such as `slow` or `left-side`; sorted, without repeats. */
  readonly tags: readonly string[];
  /** ISO time of recording; null when the file does not say. */
  readonly recorded: string | null;
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
  /** When each row's picture was really taken, by camera, on the clock of `EpisodeRow.t`; absent where nobody knows. */
  readonly taken?: Readonly<Record<string, readonly number[]>>;
}

/** One number of a state or an action. `raw`: as another program stored it, its unit is not known. */
export interface Channel {
  readonly name: string;
  readonly unit: Unit | 'raw';
}

/** What a dataset holds, fixed when it is created. */
export interface DatasetSpec {
  readonly robot: string;
  /** The channels of `observation.state`: joint positions in what we record. */
  readonly joints: readonly Channel[];
  /** The channels of `action`, where another program recorded others than `joints`; absent: the same. */
  readonly action?: readonly Channel[];
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

/** What is in the trash: whole episodes, and what an edit replaced. Nothing leaves it unasked. */
export interface TrashEntry {
  /** The episode's `id`. */
  readonly id: string;
  readonly task: string;
  readonly success: boolean | null;
  readonly length: number;
  /** ISO time. */
  readonly removed: string;
  /** Why it is here. */
  readonly reason: 'remove' | 'trim' | 'split' | 'merge';
  readonly bytes: number;
}

/** What undo and redo would do now, as a short phrase (`delete 3 episodes`); null when there is nothing. */
export interface EditState {
  readonly undo: string | null;
  readonly redo: string | null;
  /** Entries in the trash. */
  readonly trash: number;
}

/**
 * A folder of episodes. An episode is whole or absent: `add` resolves only when it is safely on disk, and a failed
 * `add` or edit leaves the folder as it was. Throws `FaultError`.
 */
export interface Dataset {
  readonly folder: string;
  readonly spec: DatasetSpec;
  /** Why it cannot be written (`read-only` folder, a version that is only read); null when it can. */
  readonly readOnly: string | null;
  list(): readonly EpisodeInfo[];
  read(index: number): Promise<Episode>;
  video(index: number, camera: string): VideoSegment;
  add(draft: EpisodeDraft): Promise<EpisodeInfo>;
  /** One edit is one transaction and one step of undo. Resolves to the episodes that are new or changed. */
  edit(edit: Edit): Promise<readonly EpisodeInfo[]>;
  editState(): EditState;
  /** Resolves to what was undone; null when there was nothing. */
  undo(): Promise<string | null>;
  redo(): Promise<string | null>;
  trash(): Promise<readonly TrashEntry[]>;
  /** Deletes for good: these entries, or all. */
  emptyTrash(ids?: readonly string[]): Promise<void>;
  /** `edit` of one episode: later episodes move up by one. */
  remove(index: number): Promise<void>;
  relabel(index: number, label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo>;
  close(): Promise<void>;
}
