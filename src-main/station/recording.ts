import type { Clock } from '../core/clock';
import type { EpisodeLabel } from '../core/edit';
import type { EpisodeDraft } from '../core/episode';
import { type Fault, fault } from '../core/fault';
import type { CameraOffer } from '../core/media';
import type { RecordState } from '../core/state';
import type { TakeLog, TakeLogs } from '../core/take-log';
import type { Tick } from '../core/types';
import type { CameraPort, EpisodeRecorder } from '../recorder/recorder';
import { CameraChoice } from './camera-choice';

export interface RecordingHost {
  readonly clock: Clock;
  readonly recorder: EpisodeRecorder;
  readonly cameraPort: CameraPort;
  offers(): readonly CameraOffer[];
  /** Where the next take goes: the open dataset, made when there is none. Rejects when there is no room for a take. */
  place(cameras: readonly CameraOffer[]): Promise<TakeLogs>;
  suggestedSuccess(): boolean | null;
  /** A take's first row is about to come: an exercise in which things happen by themselves begins with it. */
  begins?(): void;
  changed(): void;
  failed(error: unknown): void;
}

/**
 * From "Start recording" to "Keep": idle → countdown → recording → saving → review → saving → idle. Every row and frame
 * is logged on the disk as it comes, and "keep" only adds the verdict to that log: the next take can begin at once. A
 * take in review is lost only when its owner says discard: a keep that fails goes back to review with the take intact.
 */
export class Recording {
  #phase: RecordState['phase'] = 'idle';
  #task = '';
  #countdown = 3;
  readonly #choice: CameraChoice;
  #take: EpisodeDraft | null = null;
  #log: TakeLog | null = null;
  #starting = false;
  #countdownEnds = 0;
  #suggested: boolean | null = null;

  constructor(private readonly host: RecordingHost) {
    this.#choice = new CameraChoice(() => host.offers());
  }

  get phase(): RecordState['phase'] {
    return this.#phase;
  }

  /** The take in review. */
  get take(): EpisodeDraft | null {
    return this.#take;
  }

  configure(change: { task?: string; countdown?: number; cameras?: readonly string[] | null }): void {
    if (change.task !== undefined) this.#task = change.task;
    if (change.countdown !== undefined) this.#countdown = change.countdown;
    if (change.cameras !== undefined) {
      if (this.#phase === 'recording' || this.#phase === 'countdown') throw busy('change cameras');
      this.#choice.names = change.cameras;
    }
    this.host.changed();
  }

  /** Chosen cameras that are there now; all that are offered when nothing was chosen yet. */
  get cameras(): readonly CameraOffer[] {
    return this.#choice.present;
  }

  /** `atOnce` skips the countdown (the expert needs none). */
  async start(options: { atOnce?: boolean } = {}): Promise<void> {
    if (this.#phase !== 'idle' || this.#starting) throw busy('start a recording');
    this.#choice.assertPresent();
    if (!this.#task.trim())
      throw fault('bad-input', 'This demonstration has no task yet', 'Write into the recorder bar what you will show.');
    this.#starting = true;
    try {
      // Opened before the arm moves: a wrong folder or a full disk must be known now, not when the demonstration is over.
      const place = await this.host.place(this.cameras);
      const log = await place.begin(this.#task);
      log.onFault(({ fault: told, ended }) => this.#logFailed(log, told, ended));
      this.#log = log;
    } finally {
      this.#starting = false;
    }
    this.#suggested = null;
    if (options.atOnce || this.#countdown === 0) return this.#begin();
    this.#countdownEnds = this.host.clock.now() + this.#countdown;
    this.#to('countdown');
  }

  async #begin(): Promise<void> {
    const { recorder, cameraPort } = this.host;
    this.#to('recording');
    try {
      const cameras = this.cameras.map(({ name, width, height }) => ({ name, width, height }));
      const port = cameras.length > 0 ? cameraPort : null;
      await recorder.start({ task: this.#task, cameras, port, sink: this.#log ?? undefined });
      this.host.begins?.();
    } catch (error) {
      recorder.abort();
      await this.#forget();
      throw error;
    }
  }

  #logFailed(log: TakeLog, { kind, message, tip }: Fault, ended: boolean): void {
    if (log !== this.#log) return;
    const why = ended && this.#phase === 'recording' ? `The take was ended: ${message}` : message;
    this.host.failed({ kind, message: why, tip: ended ? `${tip} What was recorded can still be kept.` : tip });
    if (ended) this.end();
  }

  /** Ends a take under way for a reason of the computer's: it goes to review with what there is. */
  end(): void {
    if (this.#phase === 'recording') this.finish().catch((error) => this.host.failed(error));
  }

  onTick(tick: Tick): void {
    if (this.#phase === 'recording') this.host.recorder.onTick(tick);
    if (this.#phase === 'countdown' && this.host.clock.now() >= this.#countdownEnds) {
      this.#begin().catch((error) => this.host.failed(error));
    }
  }

  async finish(): Promise<void> {
    if (this.#phase === 'countdown') return this.#forget();
    if (this.#phase !== 'recording') return;
    this.#suggested = this.host.suggestedSuccess();
    this.#to('saving');
    try {
      this.#take = await this.host.recorder.finish();
      this.#to('review');
    } catch (error) {
      await this.#forget();
      throw error;
    }
  }

  /** The operator's verdict by button, before keeping. */
  mark(success: boolean): void {
    if (this.#phase !== 'review') return;
    this.#suggested = success;
    this.host.changed();
  }

  /** Resolves when the take cannot be lost any more; the host is told when it is in the dataset's list, soon after. */
  async keep(label: EpisodeLabel): Promise<void> {
    const take = this.#take;
    const log = this.#log;
    if (this.#phase !== 'review' || !take || !log) throw fault('busy', 'There is no take to keep', 'Record one first.');
    const success = label.success === undefined ? this.#suggested : label.success;
    this.#to('saving');
    try {
      await log.keep({ ...take, task: label.task ?? take.task, success, tags: label.tags ?? [] });
      this.#take = null;
      this.#log = null;
      this.#to('idle');
    } catch (error) {
      this.#to('review');
      throw error;
    }
  }

  /** Ends whatever is under way and forgets it. */
  async discard(): Promise<void> {
    if (this.#phase === 'saving') throw busy('discard');
    if (this.#phase === 'recording') this.host.recorder.abort();
    await this.#forget();
  }

  async #forget(): Promise<void> {
    const log = this.#log;
    this.#take = null;
    this.#log = null;
    this.#to('idle');
    await log?.discard();
  }

  async redo(): Promise<void> {
    await this.discard();
    await this.start();
  }

  /** For whoever is about to change what a take depends on. */
  assertIdle(what: string): void {
    if (this.#phase !== 'idle' || this.#starting) throw busy(what);
  }

  /** Bytes logged and seconds recorded of the take under way; null outside of one. */
  get load(): { readonly bytes: number; readonly seconds: number } | null {
    if (this.#phase !== 'recording' || !this.#log) return null;
    return { bytes: this.#log.bytes, seconds: this.host.recorder.status().seconds };
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
