import { existsSync } from 'node:fs';
import type { Edit } from '../core/edit';
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
import type { RescuedTake } from '../core/state';
import type { DatasetHost } from './host-client';
import { applyChange } from './host-content';
import type { ContentChange, Entry } from './host-messages';
import * as ops from './host-ops';
import type { HostProcess } from './host-process';
import type { OpenedSet } from './host-sets';
import type { Watch, Work } from './host-work';
import { liveTakes } from './journal/live';
import { thisProcess } from './journal/process';

export interface Opening {
  readonly folder: string;
  /** Makes it new when given. */
  readonly spec?: DatasetSpec | null;
}

/**
 * A dataset that lives in the dataset process. What is asked often (`list`, `video`, `editState`) is answered from a copy
 * that the process keeps up to date; everything else is a call. `list()` is the same array until something changes.
 */
export class HostedDataset implements Dataset {
  #folder: string;
  #spec: DatasetSpec | null = null;
  #entries: readonly Entry[] = [];
  #list: readonly EpisodeInfo[] = [];
  #edits: EditState = { undo: null, redo: null, trash: 0 };
  #readOnly: string | null = null;
  #rescued: readonly RescuedTake[] = [];
  /** The process in which it is open, and the opening. */
  #home: { readonly child: HostProcess; readonly opened: Promise<void> } | null = null;
  /** Not yet made: the first opening creates it. */
  #create: DatasetSpec | null;
  /** The first list that a new process tells replaces what was known. */
  #fresh = true;

  constructor(
    private readonly host: DatasetHost,
    private readonly set: number,
    { folder, spec = null }: Opening,
  ) {
    this.#folder = folder;
    this.#create = spec;
  }

  get folder(): string {
    return this.#folder;
  }

  get spec(): DatasetSpec {
    if (!this.#spec) throw new Error('a dataset is used before it is open');
    return this.#spec;
  }

  get readOnly(): string | null {
    return this.#readOnly;
  }

  list(): readonly EpisodeInfo[] {
    return this.#list;
  }

  editState(): EditState {
    return this.#edits;
  }

  video(index: number, camera: string): VideoSegment {
    const entry = this.#entries[index];
    if (!entry) throw fault('not-found', `There is no episode ${index}`, `The dataset has ${this.#list.length}.`);
    const at = entry.segments.find((segment) => segment.camera === camera);
    if (!at) {
      const names = this.spec.cameras.map((c) => c.name).join(', ');
      throw fault('not-found', `Episode ${index} has no camera ${camera}`, `Its cameras: ${names || 'none'}.`);
    }
    if (at.file && existsSync(at.file)) return { file: at.file, from: at.from, to: at.to };
    const what = at.file ? `The video ${at.file}` : `The video of camera ${camera} of episode ${index}`;
    throw fault('not-found', `${what} is missing`, 'Restore it from a backup, or remove this episode.');
  }

  /** What was found and saved of takes that a crash left behind, since it was first opened. */
  get rescued(): readonly RescuedTake[] {
    return this.#rescued;
  }

  /** Work on this dataset, in its process. */
  run<P, R>(work: Work<P, R>, params: P, watch?: Watch): Promise<R> {
    return this.host.call<R>(this.set, work.name, params, watch);
  }

  read(index: number): Promise<Episode> {
    return this.run(ops.readWork, { index });
  }
  add(draft: EpisodeDraft): Promise<EpisodeInfo> {
    return this.run(ops.addWork, { draft });
  }
  edit(edit: Edit): Promise<readonly EpisodeInfo[]> {
    return this.run(ops.editWork, edit);
  }
  undo(): Promise<string | null> {
    return this.run(ops.undoWork, undefined);
  }
  redo(): Promise<string | null> {
    return this.run(ops.redoWork, undefined);
  }
  trash(): Promise<readonly TrashEntry[]> {
    return this.run(ops.trashWork, undefined);
  }
  emptyTrash(ids?: readonly string[]): Promise<void> {
    return this.run(ops.emptyTrashWork, { ids: ids && [...ids] });
  }
  remove(index: number): Promise<void> {
    return this.run(ops.removeWork, { index });
  }
  relabel(index: number, label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo> {
    return this.run(ops.relabelWork, { index, label });
  }

  async close(): Promise<void> {
    this.host.forget(this.set);
    await this.host.call<void>(0, 'set.close', { set: this.set });
  }

  /** For `DatasetHost`: resolves when it is open in this process; opens it again after one was restarted. */
  ready(child: HostProcess): Promise<void> {
    if (this.#home?.child !== child) {
      const opened = this.#openIn(child);
      this.#home = { child, opened };
      opened.catch(() => {
        if (this.#home?.opened === opened) this.#home = null;
      });
    }
    return this.#home?.opened ?? Promise.resolve();
  }

  async #openIn(child: HostProcess): Promise<void> {
    const { set } = this;
    const spec = this.#create;
    this.#fresh = true;
    const name = spec ? 'set.create' : 'set.open';
    const place = { set, folder: this.#folder, owner: thisProcess() };
    const params = spec ? { ...place, spec } : { ...place, live: liveTakes() };
    const opened = await this.host.ask<OpenedSet>(child, { set: 0, name, params });
    this.#create = null;
    this.#folder = opened.folder;
    this.#spec = opened.spec;
    this.#rescued = [...this.#rescued, ...opened.rescued];
  }

  /** For `DatasetHost`: the process says what is different. */
  changed(change: ContentChange): void {
    this.#entries = applyChange(this.#fresh ? [] : this.#entries, change);
    this.#fresh = false;
    this.#list = this.#entries.map((entry) => entry.info);
    this.#edits = change.edits;
    this.#readOnly = change.readOnly;
  }
}
