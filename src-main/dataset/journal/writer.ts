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
      this.#faults.emit({ fault: { kind: 'busy', message, tip: SLOW_TIP }, ended: false });
    }
    this.#later(this.pace.write);
  }

  #later(wait: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#turn = this.#turn.then(() => this.#write(false));
    }, wait);
  }

  /** Resolves when the disk has everything; rejects with the failure. */
  async flush(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write(true));
    await this.#turn;
    if (this.#failure) throw this.#failure;
  }

  /** Closes the file with what it has. Never rejects. */
  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#turn;
    this.#failure ??= fault('cancelled', 'The log of this take is closed', 'Record another one.');
    await this.file.close().catch(() => undefined);
  }

  /** One turn at a time; never rejects: a failure is told and remembered. */
  async #write(sync: boolean): Promise<void> {
    if (this.#failure) return;
    try {
      const pieces = this.#waiting;
      const bytes = this.#queued;
      this.#waiting = [];
      if (pieces.length > 0) {
        await this.file.append(pieces);
        this.#queued -= bytes;
        this.#written += bytes;
        this.#unsynced = true;
      }
      if (this.#unsynced && (sync || performance.now() - this.#synced >= this.pace.sync)) {
        await this.file.sync();
        this.#unsynced = false;
        this.#synced = performance.now();
      }
      if (this.#unsynced) this.#later(this.pace.sync);
    } catch (error) {
      this.#fail(folderFault(error, 'Recording to the disk'));
    }
  }

  #fail(failure: FaultError): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#waiting = [];
    this.#queued = 0;
    this.#faults.emit({ fault: { kind: failure.kind, message: failure.message, tip: failure.tip }, ended: true });
  }
}

const SLOW_TIP = 'Close other programs, record with fewer cameras, or use a faster disk.';
