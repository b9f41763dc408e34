import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Fault, fault } from '../core/fault';
import type { DiskState } from '../core/state';

export interface DiskHost {
  /** Where recordings go now; it need not exist yet. */
  folder(): string;
  /** The take under way; null outside of one. */
  load(): { readonly bytes: number; readonly seconds: number } | null;
  /** There is only just room for what was recorded: the take must end. Told once a take. */
  full(why: Fault): void;
  changed(): void;
  /** Bytes free where `folder` is, or will be. */
  free?(folder: string): Promise<number>;
}

const MB = 2 ** 20;
/** Without so much no take begins. */
export const FLOOR = 64 * MB;
/** Kept free while recording, beside a second copy of the take: the dataset's files are made before its log goes. */
const RESERVE = 32 * MB;
/** Below this, or below so many seconds of recording, the disk is called low. */
const LOW = 512 * MB;
const LOW_SECONDS = 600;
/** How often to look, ms: during a take, and otherwise. */
const LOOK = [1_000, 5_000] as const;

/** Watches the room on the disk that recordings go to. */
export class DiskGuard {
  #state: DiskState | null = null;
  /** Bytes a second of the last take. */
  #rate: number | null = null;
  #told = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly host: DiskHost) {}

  state(): DiskState | null {
    return this.#state;
  }

  start(): void {
    const look = () => {
      void this.look().finally(() => {
        if (this.#timer) this.#timer = setTimeout(look, LOOK[this.host.load() ? 0 : 1]);
      });
    };
    this.#timer = setTimeout(look, 0);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Rejects when there is no room to begin a take. */
  async assertRoom(): Promise<void> {
    await this.look();
    const free = this.#state?.free ?? Number.POSITIVE_INFINITY;
    if (free >= FLOOR) return;
    throw fault(
      'disk-full',
      `Only ${Math.floor(free / MB)} MB are free where demonstrations are kept`,
      'Free some space, or create a dataset on another disk.',
    );
  }

  /** Looks once. Never rejects: a system that does not tell its free space is not guarded. */
  async look(): Promise<void> {
    const { host } = this;
    const free = await (host.free ?? freeSpace)(host.folder()).catch(() => null);
    const load = host.load();
    if (!load) this.#told = false;
    if (load && load.seconds > 1) this.#rate = load.bytes / load.seconds;
    if (free === null) this.#state = null;
    else {
      const room = Math.max(0, free - RESERVE - (load?.bytes ?? 0));
      const seconds = this.#rate ? Math.floor(room / (2 * this.#rate)) : null;
      this.#state = { free, seconds, low: free < LOW || (seconds !== null && seconds < LOW_SECONDS) };
      if (load && room === 0 && !this.#told) {
        this.#told = true;
        host.full({
          kind: 'disk-full',
          message: 'The take was ended: the disk is almost full',
          tip: 'Keep it now, then free some space before the next one.',
        });
      }
    }
    host.changed();
  }
}

/** The folder may not be there yet: the nearest one above it that is. */
async function freeSpace(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if (path === dirname(path)) throw error;
    }
  }
}
