import type { EpisodeDraft, EpisodeRow } from '../core/episode';
import { type Fault, fault } from '../core/fault';
import type { ToCameras } from '../core/media';
import type { CameraSpec, Tick, Unsubscribe } from '../core/types';
import { CameraTrack } from './camera-track';
import { RowGrid } from './grid';
import type { CameraPort } from './recorder';

export interface TakeOptions {
  readonly task: string;
  readonly cameras: readonly CameraSpec[];
  /** null where nothing can see: rows only. */
  readonly port: CameraPort | null;
}

/** A finished take. `cut` rows at its end were dropped because a camera had no picture for them; `gaps` see `RowGrid`. */
export interface Take extends EpisodeDraft {
  readonly cut: number;
  readonly gaps: number;
  /** What a person should know before keeping it. */
  readonly notes: readonly Fault[];
}

/** A take while it grows: its rows, and what each camera has delivered for them. */
export class GrowingTake {
  readonly grid: RowGrid;
  readonly rows: EpisodeRow[] = [];
  readonly tracks: ReadonlyMap<string, CameraTrack>;
  /** Rows are taken once every camera is ready. */
  ready: boolean;
  /** The cameras gave up: nothing more will come. */
  failure: Fault | null = null;
  warned = false;
  off: Unsubscribe = () => undefined;

  constructor(
    readonly id: number,
    readonly options: TakeOptions,
    fps: number,
  ) {
    this.grid = new RowGrid(fps);
    this.tracks = new Map(options.cameras.map((camera) => [camera.name, new CameraTrack()]));
    this.ready = this.tracks.size === 0;
  }

  /** Whether the tick became row `rows.length - 1`. */
  add(tick: Tick): boolean {
    if (!this.grid.take(tick.t)) return false;
    const { t, seen: state, sent: action, asked, environment, pilot, intervention } = tick;
    this.rows.push({ t, state, action, asked, environment, pilot, intervention });
    return true;
  }

  /** False when the cameras cannot be reached any more; that becomes the take's failure. */
  tell(message: ToCameras): boolean {
    if (this.tracks.size === 0 || this.failure) return false;
    try {
      this.options.port?.send(message);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.failure = note(
        'no-camera',
        `The cameras cannot be reached (${why})`,
        'Reload the window, then record again.',
      );
      return false;
    }
  }

  /** Rows for which every camera has its picture, without a hole. */
  get delivered(): number {
    return [...this.tracks.values()].reduce((least, track) => Math.min(least, track.whole), this.rows.length);
  }

  /** The camera that has delivered least. */
  get slowest(): string {
    const least = this.delivered;
    return [...this.tracks].find(([, track]) => track.whole === least)?.[0] ?? '';
  }

  get seconds(): number {
    const { rows } = this;
    return (rows[rows.length - 1]?.t ?? 0) - (rows[0]?.t ?? 0);
  }

  /** Rows and videos of equal length: the longest prefix that every camera has. */
  close(): Take {
    const rows = this.rows.length;
    const kept = this.delivered;
    const { task, cameras } = this.options;
    const { gaps } = this.grid;
    const notes = this.failure ? [this.failure] : [];
    if (kept === 0) {
      const why = this.failure?.message ?? `Camera ${this.slowest} delivered no picture`;
      throw fault('no-camera', why, this.failure?.tip ?? 'Check the camera, then record again.');
    }
    if (kept < rows) {
      const what = `${rows - kept} of ${rows} rows were cut: camera ${this.slowest} delivered only ${kept} pictures`;
      notes.push(note('no-camera', what, 'Check the camera; keep the take only if what is left is enough.'));
    }
    if (gaps > 0) {
      const what = `The control loop was late: ${gaps} of ${rows + gaps} rows have no tick and were left out`;
      notes.push(note('busy', what, 'Close other programs, or raise the loop rate above the recording rate.'));
    }
    const videos = cameras.flatMap(({ name }) => {
      const video = this.tracks.get(name)?.video(kept);
      return video ? [[name, video] as const] : [];
    });
    return {
      task,
      success: null,
      rows: this.rows.slice(0, kept),
      videos: Object.fromEntries(videos),
      cut: rows - kept,
      gaps,
      notes,
    };
  }
}

const note = (kind: Fault['kind'], message: string, tip: string): Fault => ({ kind, message, tip });
