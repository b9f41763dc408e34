import { z } from 'zod';
import type { Dataset, DatasetSpec } from '../core/episode';
import type { RescuedTake } from '../core/state';
import { createDataset, openDataset } from './dataset';
import { ContentDiff } from './host-content';
import { GuardedDataset } from './host-guard';
import type { ContentChange } from './host-messages';
import { type AnyWork, defineFreeWork } from './host-work';
import { nodeTakeFiles } from './journal/files';
import { lockFolder } from './journal/lock';
import { ownerSchema, signAs } from './journal/process';
import { rescueTakes } from './journal/rescue';

/** Time between two updates of the list while one piece of work makes many changes, ms. */
const UPDATE = 500;

/** What opening resolves to; the list came before it. */
export interface OpenedSet {
  readonly folder: string;
  readonly spec: DatasetSpec;
  /** What was found and saved of takes that a crash left behind. */
  readonly rescued: readonly RescuedTake[];
}

interface OpenSet {
  readonly dataset: GuardedDataset;
  readonly tell: () => void;
  readonly release: () => Promise<void>;
}

/** The datasets that are open in this process, by the number their owner gave them. */
export class HostedSets {
  readonly #open = new Map<number, OpenSet>();
  readonly works: readonly AnyWork[];

  constructor(private readonly send: (set: number, change: ContentChange) => void) {
    const set = z.number().int().min(1);
    /** Locks and takes are signed by whoever the datasets belong to: its death is what counts. */
    const place = { set, folder: z.string().min(1), owner: ownerSchema };
    const live = z.array(z.string()).default([]);
    /** Checked in full by `createDataset`. */
    const spec = z.custom<DatasetSpec>((value) => typeof value === 'object' && value !== null && 'fps' in value);
    this.works = [
      defineFreeWork('set.open', z.object({ ...place, live }), async (p) => {
        signAs(p.owner);
        return this.#keep(p.set, await openDataset(p.folder), p.live);
      }),
      defineFreeWork('set.create', z.object({ ...place, spec }), async (p) => {
        signAs(p.owner);
        return this.#keep(p.set, await createDataset(p.folder, p.spec), []);
      }),
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

  /** Locks the folder, saves what a crash left in it, and tells the owner what is in it. */
  async #keep(set: number, inner: Dataset, live: readonly string[]): Promise<OpenedSet> {
    const lock = inner.readOnly === null ? await lockFolder(inner.folder) : null;
    const dataset = new GuardedDataset(inner, lock?.refusal ?? null, () => changed());
    const diff = new ContentDiff(dataset);
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
    const rescued = dataset.readOnly === null ? await rescueTakes(dataset, nodeTakeFiles, live) : [];
    this.#open.set(set, { dataset, tell, release: async () => lock?.release() });
    tell();
    return { folder: inner.folder, spec: inner.spec, rescued };
  }

  async #close(set: number): Promise<void> {
    const open = this.#open.get(set);
    this.#open.delete(set);
    await open?.dataset.close();
    await open?.release();
  }
}
