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

/** A dataset as the host's work sees it: refuses changes while another process has the folder, and tells of each change. */
export class GuardedDataset implements Dataset {
  constructor(
    private readonly inner: Dataset,
    private readonly locked: string | null,
    private readonly changed: () => void,
  ) {}

  get folder(): string {
    return this.inner.folder;
  }
  get spec(): DatasetSpec {
    return this.inner.spec;
  }
  get readOnly(): string | null {
    return this.inner.readOnly ?? this.locked;
  }
  list(): readonly EpisodeInfo[] {
    return this.inner.list();
  }
  read(index: number): Promise<Episode> {
    return this.inner.read(index);
  }
  video(index: number, camera: string): VideoSegment {
    return this.inner.video(index, camera);
  }
  editState(): EditState {
    return this.inner.editState();
  }
  trash(): Promise<readonly TrashEntry[]> {
    return this.inner.trash();
  }
  add(draft: EpisodeDraft): Promise<EpisodeInfo> {
    return this.#change(() => this.inner.add(draft));
  }
  edit(edit: Edit): Promise<readonly EpisodeInfo[]> {
    return this.#change(() => this.inner.edit(edit));
  }
  undo(): Promise<string | null> {
    return this.#change(() => this.inner.undo());
  }
  redo(): Promise<string | null> {
    return this.#change(() => this.inner.redo());
  }
  emptyTrash(ids?: readonly string[]): Promise<void> {
    return this.#change(() => this.inner.emptyTrash(ids));
  }
  remove(index: number): Promise<void> {
    return this.#change(() => this.inner.remove(index));
  }
  relabel(index: number, label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo> {
    return this.#change(() => this.inner.relabel(index, label));
  }
  close(): Promise<void> {
    return this.inner.close();
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    if (this.locked) throw fault('read-only', this.locked, 'Close it there, then open this folder again.');
    try {
      return await work();
    } finally {
      this.changed();
    }
  }
}
