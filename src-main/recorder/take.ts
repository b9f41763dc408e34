import type { EpisodeDraft, EpisodeRow } from '../core/episode';
import { type Fault, fault } from '../core/fault';
import type { FromCameras, ToCameras } from '../core/media';
import type { TakeSink } from '../core/take-log';
import type { CameraSpec, Tick, Unsubscribe } from '../core/types';
import { CameraTrack } from './camera-track';
import { RowGrid } from './grid';
import type { CameraPort } from './recorder';

export interface TakeOptions {
  readonly task: string;
  readonly cameras: readonly CameraSpec[];
  /** null where nothing can see: rows only. */
  readonly port: CameraPort | null;
  /** Is told every row and frame as it comes; absent where a crash costs nothing. */
  readonly sink?: TakeSink;
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
  /** So far behind that it was to be ended. */
  lost = false;
  off: Unsubscribe = () => undefined;
  /** What the clamp changed since the last row. */
  readonly #clamped = new Set<string>();

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
    for (const { rule, joint } of tick.clamped) this.#clamped.add(`${rule}:${joint}`);
    if (!this.grid.take(tick.t)) return false;
    const { t, seen: state, sent: action, environment, pilot, intervention } = tick;
    const clamped = [...this.#clamped].join(' ');
    this.#clamped.clear();
    const row = { t, state, action, asked: whole(tick), environment, pilot, intervention, clamped };
    this.rows.push(row);
    this.options.sink?.row(row);
    return true;
  }

  configure(message: Extract<FromCameras, { type: 'config' }>): void {
    const { camera, width, height, codec, description } = message;
    if (!this.tracks.get(camera)?.configure(message)) return;
    this.options.sink?.configure(camera, { width, height, codec, description });
  }

  /** `t`: when the picture was taken, on main's clock. */
  frame(message: Extract<FromCameras, { type: 'frame' }>, t: number): void {
    const frame = this.tracks.get(message.camera)?.add(message, t);
    if (frame) this.options.sink?.frame(message.camera, message.k, frame);
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
      // The figure is in the tip: the same message again is one notice brought up to date, not one more.
      const tip = `${gaps} of ${rows + gaps} rows of the last take. Close other programs, or raise the loop rate.`;
      notes.push(note('busy', 'The control loop was late: rows without a tick were left out', tip));
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

/** A pilot may ask for what is no number (the clamp then held still, and says so); a row keeps what was sent instead. */
const whole = ({ asked, sent }: Tick): readonly number[] =>
  sent.map((value, joint) => (Number.isFinite(asked[joint]) ? (asked[joint] as number) : value));
