import { Emitter } from '../../core/emitter';
import { type Fault, type FaultError, fault } from '../../core/fault';
import type { Listener, Unsubscribe } from '../../core/types';
import { folderFault } from '../errors';
import type { Appender } from './files';

/** How often what waits is written, and how often the disk is asked to have it, ms; how much may wait, bytes. */
export interface Pace {
  readonly write: number;
  readonly sync: number;
  readonly slow: number;
  readonly most: number;
}
export const PACE: Pace = { write: 50, sync: 250, slow: 8 * 2 ** 20, most: 64 * 2 ** 20 };

/**
 * Appends records to a file without making anybody wait. What waits is bounded: when the disk cannot keep up that is
 * said at `pace.slow` bytes, and at `pace.most` the log ends, with everything written before it in order. Nothing is
 * ever left out in the middle.
 */
export class RecordWriter {
  readonly #faults = new Emitter<{ readonly fault: Fault; readonly ended: boolean }>();
  #waiting: Uint8Array[] = [];
  #queued = 0;
  #written = 0;
  #synced = Number.NEGATIVE_INFINITY;
  #unsynced = false;
  #warned = false;
  #failure: FaultError | null = null;
  #timer: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();
  #syncTimer: NodeJS.Timeout | null = null;
  #inSync = false;

  constructor(
    private readonly file: Appender,
    private readonly pace: Pace = PACE,
  ) {}

  /** Why nothing is written any more; null while all is well. */
  get failure(): FaultError | null {
    return this.#failure;
  }

  get bytes(): number {
    return this.#written + this.#queued;
  }

  onFault(listener: Listener<{ readonly fault: Fault; readonly ended: boolean }>): Unsubscribe {
    return this.#faults.on(listener);
  }

  push(pieces: readonly Uint8Array[]): void {
    if (this.#failure) return;
    for (const piece of pieces) {
      this.#waiting.push(piece);
      this.#queued += piece.length;
    }
    if (this.#queued > this.pace.most) {
      this.#fail(fault('disk-full', 'The disk cannot keep up with the recording', SLOW_TIP));
    } else if (this.#queued > this.pace.slow && !this.#warned) {
      this.#warned = true;
      const message = 'The disk is slow: the recording waits in memory';
      this.#tell({ kind: 'busy', message, tip: SLOW_TIP }, false);
    }
    this.#later(this.pace.write);
  }

  #later(wait: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#turn = this.#turn.then(() => this.#write()).then(() => this.#syncSometimes());
    }, wait);
  }

  /** Resolves when the disk has everything; rejects with the failure. */
  async flush(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write());
    await this.#turn;
    await this.#syncing;
    await this.#sync();
    if (this.#failure) throw this.#failure;
  }

  /** Closes the file with what it has. Never rejects. */
  async close(): Promise<void> {
    for (const timer of [this.#timer, this.#syncTimer]) if (timer) clearTimeout(timer);
    this.#timer = this.#syncTimer = null;
    await this.#turn;
    await this.#syncing;
    this.#failure ??= fault('cancelled', 'The log of this take is closed', 'Record another one.');
    await this.file.close().catch(() => undefined);
  }

  /** One turn at a time; never rejects: a failure is told and remembered. */
  async #write(): Promise<void> {
    const pieces = this.#waiting;
    const bytes = this.#queued;
    if (this.#failure || pieces.length === 0) return;
    this.#waiting = [];
    try {
      await this.file.append(pieces);
    } catch (error) {
      this.#fail(folderFault(error, 'Recording to the disk'));
      return;
    }
    this.#queued = Math.max(0, this.#queued - bytes);
    this.#written += bytes;
    this.#unsynced = true;
  }

  #syncSometimes(): void {
    // A sync under way looks again when it is done.
    if (!this.#unsynced || this.#inSync || this.#failure) return;
    const due = this.#synced + this.pace.sync - performance.now();
    if (due > 0) {
      this.#syncTimer ??= setTimeout(() => {
        this.#syncTimer = null;
        this.#syncSometimes();
      }, due);
      return;
    }
    this.#inSync = true;
    void this.#sync().then(() => {
      this.#inSync = false;
      this.#syncSometimes();
    });
  }

  /** Beside the writing, which must not wait for a slow disk: what is written survives this process, at least. */
  #sync(): Promise<void> {
    if (this.#failure || !this.#unsynced) return Promise.resolve();
    this.#unsynced = false;
    this.#synced = performance.now();
    this.#syncing = this.file.sync().catch((error: unknown) => this.#fail(folderFault(error, 'Recording to the disk')));
    return this.#syncing;
  }

  #fail(failure: FaultError): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#waiting = [];
    this.#queued = 0;
    this.#tell({ kind: failure.kind, message: failure.message, tip: failure.tip }, true);
  }

  /** Not from within `push`: whoever hears of it may end the take, in the middle of a row. */
  #tell(data: Fault, ended: boolean): void {
    queueMicrotask(() => this.#faults.emit({ fault: data, ended }));
  }
}

const SLOW_TIP = 'Close other programs, record with fewer cameras, or use a faster disk.';
