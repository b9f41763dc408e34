import type { EpisodeInfo } from '../../core/episode';
import { type FaultKind, toFault } from '../../core/fault';

export interface QueueHost {
  finalise(id: string): Promise<EpisodeInfo | null>;
  /** It left the queue: as an episode, or without one (said by `failed`). */
  done(id: string, info: EpisodeInfo | null): void;
  /** The number of takes waiting is different. */
  changed(): void;
  failed(error: unknown): void;
}

/** Before a take that could not be finalised is tried again, ms: from the first wait, doubled up to the last. */
const WAITS = [5_000, 60_000] as const;

/**
 * Kept takes on their way into the dataset, one after the other, in the background. A take that fails stays where it is
 * safe; that is said once for the whole time that saving does not work, and it is tried again.
 */
export class FinaliseQueue {
  readonly #waiting: string[] = [];
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #wait: number = WAITS[0];
  #troubled = false;
  #closed = false;

  constructor(private readonly host: QueueHost) {}

  get waiting(): readonly string[] {
    return this.#waiting;
  }

  push(id: string): void {
    this.#waiting.push(id);
    this.host.changed();
    this.#go();
  }

  /** Resolves when nothing waits, or when what waits cannot be saved now. */
  async settle(): Promise<void> {
    this.#go();
    while (this.#running) await this.#running;
  }

  /** What waits is left to whoever opens the dataset next. */
  async close(): Promise<void> {
    await this.settle();
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #go(): void {
    if (this.#running || this.#closed || this.#waiting.length === 0) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#drain().finally(() => {
      this.#running = null;
    });
  }

  async #drain(): Promise<void> {
    for (let id = this.#waiting[0]; id !== undefined; id = this.#waiting[0]) {
      try {
        const info = await this.host.finalise(id);
        this.#leave(id, info);
        this.#troubled = false;
        this.#wait = WAITS[0];
      } catch (error) {
        if (HOPELESS.includes(toFault(error).kind)) {
          this.host.failed(error);
          this.#leave(id, null);
          continue;
        }
        if (!this.#troubled) this.host.failed(notYet(error));
        this.#troubled = true;
        this.#timer = setTimeout(() => this.#go(), this.#wait);
        this.#timer.unref();
        this.#wait = Math.min(WAITS[1], this.#wait * 2);
        return;
      }
    }
  }

  #leave(id: string, info: EpisodeInfo | null): void {
    this.#waiting.shift();
    this.host.done(id, info);
    this.host.changed();
  }
}

/** It is the take, not the disk: it must not hold up the others. Whoever opens the dataset next looks at it again. */
const HOPELESS: readonly FaultKind[] = ['corrupt', 'bad-input', 'incompatible'];

function notYet(error: unknown) {
  const { kind, message, tip } = toFault(error);
  const what = `A kept demonstration is not in the dataset's files yet: ${message}`;
  return { kind, message: what, tip: `${tip} It is safe in the dataset's journal and saved as soon as that works.` };
}
