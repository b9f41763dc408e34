import type { Clock } from '../core/clock';
import type { Dataset, EpisodeDraft, EpisodeInfo } from '../core/episode';
import { fault } from '../core/fault';
import type { CameraOffer } from '../core/media';
import type { RecordState } from '../core/state';
import type { Tick } from '../core/types';
import type { CameraPort, EpisodeRecorder } from '../recorder/recorder';

export interface RecordingHost {
  readonly clock: Clock;
  readonly recorder: EpisodeRecorder;
  readonly cameraPort: CameraPort;
  offers(): readonly CameraOffer[];
  /** The dataset the next episode goes to; created when there is none. */
  dataset(cameras: readonly CameraOffer[]): Promise<Dataset>;
  suggestedSuccess(): boolean | null;
  changed(): void;
  failed(error: unknown): void;
}

/**
 * From "Start recording" to "Keep": idle → countdown → recording → saving → review → saving → idle. A take in review
 * is lost only when its owner says discard: a failed save goes back to review with the take intact.
 */
export class Recording {
  #phase: RecordState['phase'] = 'idle';
  #task = '';
  #countdown = 3;
  #cameras: readonly string[] | null = null;
  #take: EpisodeDraft | null = null;
  #countdownEnds = 0;
  #suggested: boolean | null = null;

  constructor(private readonly host: RecordingHost) {}

  get phase(): RecordState['phase'] {
    return this.#phase;
  }

  configure(change: { task?: string; countdown?: number; cameras?: readonly string[] | null }): void {
    if (change.task !== undefined) this.#task = change.task;
    if (change.countdown !== undefined) this.#countdown = change.countdown;
    if (change.cameras !== undefined) {
      if (this.#phase === 'recording' || this.#phase === 'countdown') throw busy('change cameras');
      this.#cameras = change.cameras;
    }
    this.host.changed();
  }

  /** Chosen cameras that are there now; all that are offered when nothing was chosen yet. */
  get cameras(): readonly CameraOffer[] {
    const offers = this.host.offers();
    return this.#cameras === null ? offers : offers.filter((offer) => this.#cameras?.includes(offer.name));
  }

  /** `atOnce` skips the countdown (the expert needs none). */
  async start(options: { atOnce?: boolean } = {}): Promise<void> {
    if (this.#phase !== 'idle') throw busy('start a recording');
    this.#checkCameras();
    // Opened before the arm moves: a wrong folder must be known now, not when the demonstration is over.
    await this.host.dataset(this.cameras);
    this.#suggested = null;
    if (options.atOnce || this.#countdown === 0) return this.#begin();
    this.#countdownEnds = this.host.clock.now() + this.#countdown;
    this.#to('countdown');
  }

  #checkCameras(): void {
    const missing = (this.#cameras ?? []).filter((name) => !this.host.offers().some((offer) => offer.name === name));
    if (missing.length === 0) return;
    throw fault(
      'no-camera',
      `The camera "${missing.join('", "')}" is not there`,
      'Plug it in, or choose other cameras in the recorder bar.',
    );
  }

  async #begin(): Promise<void> {
    const { recorder, cameraPort } = this.host;
    this.#to('recording');
    try {
      const cameras = this.cameras.map(({ name, width, height }) => ({ name, width, height }));
      await recorder.start({ task: this.#task, cameras, port: cameras.length > 0 ? cameraPort : null });
    } catch (error) {
      recorder.abort();
      this.#to('idle');
      throw error;
    }
  }

  onTick(tick: Tick): void {
    if (this.#phase === 'recording') this.host.recorder.onTick(tick);
    if (this.#phase === 'countdown' && this.host.clock.now() >= this.#countdownEnds) {
      this.#begin().catch((error) => this.host.failed(error));
    }
  }

  async finish(): Promise<void> {
    if (this.#phase === 'countdown') return this.#to('idle');
    if (this.#phase !== 'recording') return;
    this.#suggested = this.host.suggestedSuccess();
    this.#to('saving');
    try {
      this.#take = await this.host.recorder.finish();
      this.#to('review');
    } catch (error) {
      this.#to('idle');
      throw error;
    }
  }

  /** The operator's verdict by button, before keeping. */
  mark(success: boolean): void {
    if (this.#phase !== 'review') return;
    this.#suggested = success;
    this.host.changed();
  }

  async keep(label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo> {
    const take = this.#take;
    if (this.#phase !== 'review' || !take) throw fault('busy', 'There is no take to keep', 'Record one first.');
    const success = label.success === undefined ? this.#suggested : label.success;
    this.#to('saving');
    try {
      const dataset = await this.host.dataset(this.cameras);
      const info = await dataset.add({ ...take, task: label.task ?? take.task, success });
      this.#take = null;
      this.#to('idle');
      return info;
    } catch (error) {
      this.#to('review');
      throw error;
    }
  }

  /** Ends whatever is under way and forgets it. */
  async discard(): Promise<void> {
    if (this.#phase === 'saving') throw busy('discard');
    if (this.#phase === 'recording') this.host.recorder.abort();
    this.#take = null;
    this.#to('idle');
  }

  async redo(): Promise<void> {
    await this.discard();
    await this.start();
  }

  state(): RecordState {
    const { seconds, rows, pending } = this.#figures();
    return {
      phase: this.#phase,
      task: this.#task,
      countdown: this.#countdown,
      cameras: this.cameras.map((offer) => offer.name),
      seconds,
      rows,
      pending,
      suggestedSuccess: this.#suggested,
    };
  }

  #figures(): { seconds: number; rows: number; pending: number } {
    if (this.#phase === 'recording') return this.host.recorder.status();
    if (this.#phase === 'countdown') {
      return { seconds: Math.max(0, this.#countdownEnds - this.host.clock.now()), rows: 0, pending: 0 };
    }
    const rows = this.#take?.rows ?? [];
    const seconds = rows.length > 0 ? (rows[rows.length - 1]?.t ?? 0) - (rows[0]?.t ?? 0) : 0;
    return { seconds, rows: rows.length, pending: 0 };
  }

  #to(phase: RecordState['phase']): void {
    this.#phase = phase;
    this.host.changed();
  }
}

const busy = (what: string) =>
  fault('busy', `Cannot ${what} now: a take is under way`, 'Keep or discard the present take first.');
