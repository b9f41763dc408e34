import { type Fault, toFault } from '../core/fault';
import type { FaultEntry } from '../core/state';

/** The last faults, newest first, for the toasts and the log on the Setup screen. The same fault again only counts up. */
export class FaultLog {
  #next = 1;
  #entries: FaultEntry[] = [];

  constructor(private readonly limit = 50) {}

  add(error: unknown): Fault {
    const data = toFault(error);
    const same = this.#entries.find((entry) => entry.message === data.message);
    this.#entries = this.#entries.filter((entry) => entry !== same);
    this.#entries.unshift({ ...data, id: this.#next++, at: new Date().toISOString() });
    this.#entries.length = Math.min(this.#entries.length, this.limit);
    return data;
  }

  dismiss(id: number): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  get entries(): readonly FaultEntry[] {
    return this.#entries;
  }
}
