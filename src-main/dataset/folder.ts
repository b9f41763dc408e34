import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type Edit, editSchema } from '../core/edit';
import type {
  Dataset,
  DatasetSpec,
  EditState,
  Episode,
  EpisodeDraft,
  EpisodeInfo,
  TrashEntry,
  VideoSegment,
} from '../core/episode';
import { fault } from '../core/fault';
import { addEpisode } from './add';
import { arrange, type Change, invert } from './arrange';
import type { Next } from './entry';
import { folderFault } from './errors';
import { History } from './history';
import { INFO } from './layout';
import { toInfo } from './record';
import { type Restaged, restage } from './restage';
import { type Content, recordAt, type Store } from './store';
import { takenIn, toRows } from './table';
import { Tables } from './tables';
import { NotInPlace, recover, Transaction } from './transaction';
import { filesOf, kept, readTrash, type Trash, trashEntries, trashFolder } from './trash';

export interface Opened {
  readonly content: Content;
  /** Entries in the trash. */
  readonly trash: number;
  readonly readOnly: string | null;
  /** Told how far a long edit is, 0–1. */
  readonly progress?: (doing: string, share: number) => void;
}

/** A LeRobot folder. Every change is one transaction; what it makes of the files is decided elsewhere. */
export class LeRobotFolder implements Dataset {
  readonly readOnly: string | null;
  readonly #store: Store;
  readonly #tables: Tables;
  readonly #history = new History();
  readonly #progress: Opened['progress'];
  #content: Content;
  #list: readonly EpisodeInfo[] | null = null;
  #inTrash: number;
  /** Read when it is first needed. */
  #trash: Trash | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  /** An `add` that is decided but not yet in its place: adding the same rows again must not store them twice. */
  #unplaced: { readonly rows: EpisodeDraft['rows']; readonly index: number } | null = null;

  constructor(store: Store, { content, trash, readOnly, progress }: Opened) {
    this.#store = store;
    this.#tables = new Tables(store);
    this.#content = content;
    this.#inTrash = trash;
    this.readOnly = readOnly;
    this.#progress = progress;
  }

  get folder(): string {
    return this.#store.folder;
  }

  get spec(): DatasetSpec {
    return this.#store.spec;
  }

  list(): readonly EpisodeInfo[] {
    this.#list ??= this.#content.records.map((record, index) => toInfo(record, index, this.spec.fps));
    return this.#list;
  }

  async read(index: number): Promise<Episode> {
    const info = this.#info(index);
    const { stored, file } = await this.#store.rows(this.#content, index);
    return { ...info, rows: toRows(stored, this.spec, file), ...takenIn(stored, this.spec) };
  }

  video(index: number, camera: string): VideoSegment {
    const at = recordAt(this.#content, index).videos[camera];
    if (!at) {
      const names = this.spec.cameras.map((c) => c.name).join(', ');
      throw fault('not-found', `Episode ${index} has no camera ${camera}`, `Its cameras: ${names || 'none'}.`);
    }
    const file = this.#store.absolute(this.#store.videoPath(camera, at));
    if (existsSync(file)) return { file, from: at.from, to: at.to };
    throw fault('not-found', `The video ${file} is missing`, 'Restore it from a backup, or remove this episode.');
  }

  add(draft: EpisodeDraft): Promise<EpisodeInfo> {
    return this.#exclusive('Saving the demonstration', async () => {
      const waiting = this.#unplaced;
      this.#unplaced = null; // whatever waited was put in its place just before this
      if (waiting?.rows === draft.rows) return this.#info(waiting.index);
      const stored = draft.id === undefined ? -1 : this.#content.records.findIndex(({ id }) => id === draft.id);
      if (stored >= 0) return this.#info(stored);
      const index = this.#content.records.length;
      await this.#change((change) => addEpisode(this.#store, this.#content, change, draft)).catch((error: unknown) => {
        if (this.#content.records.length > index) this.#unplaced = { rows: draft.rows, index };
        throw error;
      });
      return this.#info(index);
    });
  }

  edit(edit: Edit): Promise<readonly EpisodeInfo[]> {
    return this.#exclusive(DOING[edit.kind] ?? 'Editing', async () => {
      const parsed = editSchema.safeParse(edit);
      if (!parsed.success) throw fault('bad-input', z.prettifyError(parsed.error), 'Correct it and try again.');
      const scene = { records: this.#content.records, trash: await this.#readTrash() };
      const change = arrange(parsed.data, scene);
      const back = invert(change, scene);
      if (change.leave.length + change.come.length + change.relabel.length > 0)
        await this.#carryOut(change, () => this.#history.done({ change, back }));
      const ids = new Set([...change.come, ...change.relabel].map(({ id }) => id));
      return this.list().filter(({ id }) => ids.has(id));
    });
  }

  editState(): EditState {
    const { undo, redo } = this.#history;
    return {
      undo: undo?.change.phrase ?? null,
      redo: redo?.change.phrase ?? null,
      trash: this.#trash?.size ?? this.#inTrash,
    };
  }

  undo(): Promise<string | null> {
    return this.#exclusive('Undoing', async () => {
      const step = this.#history.undo;
      if (step) await this.#carryOut(step.back, () => this.#history.undone());
      return step?.change.phrase ?? null;
    });
  }

  redo(): Promise<string | null> {
    return this.#exclusive('Doing it again', async () => {
      const step = this.#history.redo;
      if (step) await this.#carryOut(step.change, () => this.#history.redone());
      return step?.change.phrase ?? null;
    });
  }

  async trash(): Promise<readonly TrashEntry[]> {
    await this.#queue;
    return trashEntries(this.#store, await this.#readTrash());
  }

  emptyTrash(ids?: readonly string[]): Promise<void> {
    return this.#exclusive('Emptying the trash', async () => {
      const trash = await this.#readTrash();
      const keys = new Set(ids ?? trash.keys());
      const left = new Map([...trash].filter(([key]) => !keys.has(key)));
      if (left.size === trash.size) return;
      const wanted = new Set([...left.values()].flatMap(({ record }) => filesOf(this.#store, record)));
      const change = new Transaction(this.#store.files, this.folder);
      for (const { key, record } of trash.values()) {
        if (left.has(key)) continue;
        change.remove(trashFolder(key));
        for (const path of filesOf(this.#store, record)) if (!wanted.has(path)) change.remove(kept(path));
      }
      await this.#commit(change, () => {
        this.#trash = left;
        this.#history.lost(keys);
      });
    });
  }

  async remove(index: number): Promise<void> {
    await this.edit({ kind: 'remove', episodes: [index] });
  }

  async relabel(index: number, label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo> {
    await this.edit({ kind: 'relabel', episodes: [index], label });
    return this.#info(index);
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  #info(index: number): EpisodeInfo {
    const info = this.list()[index];
    return info ?? toInfo(recordAt(this.#content, index), index, this.spec.fps);
  }

  async #readTrash(): Promise<Trash> {
    this.#trash ??= await readTrash(this.#store.files, this.folder);
    return this.#trash;
  }

  async #carryOut(change: Change, believed: () => void): Promise<void> {
    const trash = await this.#readTrash();
    let next: Restaged | undefined;
    await this.#change(
      async (transaction) => {
        const told = (share: number) => this.#progress?.(change.phrase, share);
        next = await restage(this.#store, this.#content, trash, change, transaction, told);
        return next;
      },
      () => {
        this.#trash = next?.trash ?? trash;
        believed();
      },
    );
  }

  /** Stages an edit and the tables that follow from it, commits, and only then believes it. */
  async #change(edit: (change: Transaction) => Promise<Next>, believed: () => void = () => undefined): Promise<void> {
    const change = new Transaction(this.#store.files, this.folder);
    let next: Content;
    try {
      next = await this.#tables.stage(this.#content, await edit(change), change);
    } catch (error) {
      await change.abandon();
      throw error;
    }
    await this.#commit(change, () => {
      this.#content = next;
      this.#list = null;
      this.#tables.committed();
      believed();
    });
  }

  async #commit(change: Transaction, believe: () => void): Promise<void> {
    try {
      await change.commit();
      believe();
    } catch (error) {
      if (!(error instanceof NotInPlace)) throw error;
      believe();
      const why = folderFault(error.cause, 'The change is stored, but not yet in its place');
      throw fault(
        why.kind,
        why.message,
        'Nothing is lost. Make the folder writable, then try again or open it again.',
        error,
      );
    }
  }

  /** One change at a time, each on a folder without leftovers that nobody else has changed. */
  #exclusive<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      try {
        if (this.readOnly !== null)
          throw fault(
            'read-only',
            `${doing} is not possible: ${this.readOnly}`,
            'Export it to a new LeRobot v3.0 folder, then work on that.',
          );
        const { files } = this.#store;
        await recover(files, this.folder);
        const text = new TextDecoder().decode(await files.read(this.#store.absolute(INFO)));
        if (text !== this.#content.infoText) {
          throw fault('busy', `${this.folder} was changed by another program`, 'Open the dataset again, then repeat.');
        }
        return await work();
      } catch (error) {
        throw folderFault(error, doing);
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const DOING: Readonly<Record<string, string>> = {
  relabel: 'Changing the label',
  remove: 'Removing the episode',
  trim: 'Trimming the episode',
  split: 'Splitting the episode',
  merge: 'Joining the episodes',
  restore: 'Restoring from the trash',
};
