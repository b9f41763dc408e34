import type { DatasetSpec } from '../core/episode';
import { type FaultError, fault, revive } from '../core/fault';
import { HostedDataset, type Opening } from './host-dataset';
import type { FromHost } from './host-messages';
import type { HostProcess } from './host-process';
import type { Report, Watch, Work } from './host-work';

interface Asked {
  readonly id?: number;
  readonly set: number;
  readonly name: string;
  readonly params: unknown;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: FaultError): void;
  readonly onProgress?: Report;
}

/**
 * The owner's side of the dataset process. It is started by the first call; when it dies, every pending call
 * rejects with `child-died`, and the next call starts a new one in which the open datasets are opened again.
 */
export class DatasetHost {
  #child: HostProcess | null = null;
  #next = 1;
  #sets = 1;
  #closed = false;
  readonly #pending = new Map<number, Pending>();
  readonly #open = new Map<number, HostedDataset>();

  constructor(private readonly spawn: () => HostProcess) {}

  async openDataset(folder: string): Promise<HostedDataset> {
    return this.#enter({ folder });
  }

  async createDataset(folder: string, spec: DatasetSpec): Promise<HostedDataset> {
    return this.#enter({ folder, spec });
  }

  /** Work that needs no open dataset. For work on one, call `run` of that dataset. */
  run<P, R>(work: Work<P, R>, params: P, watch: Watch = {}): Promise<R> {
    return this.call<R>(0, work.name, params, watch);
  }

  /** Ends the process; pending calls reject. */
  close(): void {
    this.#closed = true;
    this.#child?.kill();
  }

  async #enter(how: Opening): Promise<HostedDataset> {
    const set = this.#sets++;
    const dataset = new HostedDataset(this, set, how);
    this.#open.set(set, dataset);
    try {
      await dataset.ready((this.#child ??= this.#start()));
    } catch (error) {
      this.#open.delete(set);
      throw error;
    }
    return dataset;
  }

  /** Called by a dataset when it is closed. */
  forget(set: number): void {
    this.#open.delete(set);
  }

  /** A call by name; `R` is what the work of that name resolves to. */
  async call<R>(set: number, name: string, params: unknown, watch: Watch = {}): Promise<R> {
    const { onProgress, signal } = watch;
    if (signal?.aborted) throw fault('cancelled', 'Cancelled before it began', 'Start it again when you like.');
    const child = (this.#child ??= this.#start());
    if (set > 0) await this.#open.get(set)?.ready(child);
    const id = this.#next++;
    const cancel = () => child.send({ type: 'cancel', id });
    signal?.addEventListener('abort', cancel);
    try {
      return await this.ask<R>(child, { set, name, params, id }, onProgress);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A call that does not wait for its dataset to be open: how it is opened. */
  ask<R>(child: HostProcess, call: Asked, onProgress?: Report): Promise<R> {
    const { id = this.#next++, set, name, params } = call;
    return new Promise<R>((resolve, reject) => {
      this.#pending.set(id, { resolve: (value) => resolve(value as R), reject, onProgress });
      try {
        child.send({ type: 'call', id, set, name, params });
      } catch (error) {
        this.#pending.delete(id);
        reject(error);
      }
    });
  }

  #start(): HostProcess {
    if (this.#closed) throw fault('cancelled', 'Understudy is closing', 'Start it again.');
    const child = this.spawn();
    child.onMessage((message) => this.#heard(message));
    child.onExit((code) => {
      if (this.#child === child) this.#child = null;
      const died = fault(
        'child-died',
        `The part that works on datasets ended by itself${code ? ` (code ${code})` : ''}`,
        'Nothing that was saved is lost. Try again; with little memory, close other programs first.',
      );
      const pending = [...this.#pending.values()];
      this.#pending.clear();
      for (const { reject } of pending) reject(died);
    });
    return child;
  }

  #heard(message: FromHost): void {
    if (message.type === 'content') {
      this.#open.get(message.set)?.changed(message.change);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (message.type === 'progress') {
      pending?.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === 'done') pending?.resolve(message.value);
    else pending?.reject(revive(message.fault));
  }
}
