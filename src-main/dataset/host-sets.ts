import { z } from 'zod';
import type { Dataset, DatasetSpec } from '../core/episode';
import { createDataset, openDataset } from './dataset';
import { ContentDiff } from './host-content';
import { GuardedDataset } from './host-guard';
import type { ContentChange } from './host-messages';
import { type AnyWork, defineFreeWork } from './host-work';

/** Time between two updates of the list while one piece of work makes many changes, ms. */
const UPDATE = 500;

interface OpenSet {
  readonly dataset: GuardedDataset;
  readonly tell: () => void;
  readonly release: () => Promise<void>;
}

/** The datasets that are open in this thread, by the number their owner gave them. */
export class HostedSets {
  readonly #open = new Map<number, OpenSet>();
  readonly works: readonly AnyWork[];

  constructor(private readonly send: (set: number, change: ContentChange) => void) {
    const set = z.number().int().min(1);
    /** Checked in full by `createDataset`. */
    const spec = z.custom<DatasetSpec>((value) => typeof value === 'object' && value !== null && 'fps' in value);
    this.works = [
      defineFreeWork('set.open', z.object({ set, folder: z.string().min(1) }), async (p) =>
        this.#keep(p.set, await openDataset(p.folder)),
      ),
      defineFreeWork('set.create', z.object({ set, folder: z.string().min(1), spec }), async (p) =>
        this.#keep(p.set, await createDataset(p.folder, p.spec)),
      ),
      defineFreeWork('set.close', z.object({ set }), (p) => this.#close(p.set)),
    ];
  }

  /** Works on an open dataset (none when `set` is 0) and brings its owner's list up to date. */
  async use<T>(set: number, work: (dataset: Dataset | null) => Promise<T>): Promise<T> {
    const open = this.#open.get(set);
    try {
      return await work(open?.dataset ?? null);
    } finally {
      open?.tell();
    }
  }

  async #keep(set: number, inner: Dataset): Promise<{ folder: string; spec: DatasetSpec }> {
    const diff = new ContentDiff(inner);
    let dirty = true;
    let timer: NodeJS.Timeout | null = null;
    const tell = () => {
      if (timer) clearTimeout(timer);
      timer = null;
      if (!dirty) return;
      dirty = false;
      for (const change of diff.next()) this.send(set, change);
    };
    const changed = () => {
      dirty = true;
      timer ??= setTimeout(tell, UPDATE);
    };
    const dataset = new GuardedDataset(inner, () => null, changed);
    this.#open.set(set, { dataset, tell, release: async () => undefined });
    tell();
    return { folder: inner.folder, spec: inner.spec };
  }

  async #close(set: number): Promise<void> {
    const open = this.#open.get(set);
    this.#open.delete(set);
    await open?.dataset.close();
    await open?.release();
  }
}
