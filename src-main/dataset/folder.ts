import { existsSync } from 'node:fs';
import type { Dataset, DatasetSpec, Episode, EpisodeDraft, EpisodeInfo, VideoSegment } from '../core/episode';
import { fault } from '../core/fault';
import { addEpisode, type Label, type Next, relabelEpisode, removeEpisode } from './edits';
import { folderFault } from './errors';
import { withTotals } from './info';
import { episodesFile, INFO, PAGE, STATS, TASKS } from './layout';
import { writeColumns } from './parquet';
import { pageColumns, toInfo } from './record';
import { poolAll, statsJson } from './stats';
import { type Content, recordAt, rowsBefore, type Store } from './store';
import { toRows } from './table';
import { writeTasks } from './tasks';
import { NotInPlace, recover, Transaction } from './transaction';

/** A LeRobot v3.0 folder. One data file and one MP4 a camera for each episode; every change is one transaction. */
export class LeRobotFolder implements Dataset {
  readonly #store: Store;
  #content: Content;
  #queue: Promise<unknown> = Promise.resolve();
  /** An `add` that is decided but not yet in its place: adding the same rows again must not store them twice. */
  #unplaced: { readonly rows: EpisodeDraft['rows']; readonly index: number } | null = null;

  constructor(store: Store, content: Content) {
    this.#store = store;
    this.#content = content;
  }

  get folder(): string {
    return this.#store.folder;
  }

  get spec(): DatasetSpec {
    return this.#store.spec;
  }

  list(): readonly EpisodeInfo[] {
    return this.#content.records.map((record, index) => toInfo(record, index, this.spec.fps));
  }

  async read(index: number): Promise<Episode> {
    const { stored, file } = await this.#store.rows(this.#content, index);
    return { ...this.#info(index), rows: toRows(stored, this.spec, file) };
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
      const index = this.#content.records.length;
      await this.#change((change) => addEpisode(this.#store, this.#content, change, draft)).catch((error: unknown) => {
        if (this.#content.records.length > index) this.#unplaced = { rows: draft.rows, index };
        throw error;
      });
      return this.#info(index);
    });
  }

  remove(index: number): Promise<void> {
    return this.#exclusive('Removing the episode', () =>
      this.#change((change) => removeEpisode(this.#store, this.#content, change, index)),
    );
  }

  relabel(index: number, label: Label): Promise<EpisodeInfo> {
    return this.#exclusive('Changing the label', async () => {
      await this.#change((change) => relabelEpisode(this.#store, this.#content, change, index, label));
      return this.#info(index);
    });
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  #info(index: number): EpisodeInfo {
    return toInfo(recordAt(this.#content, index), index, this.spec.fps);
  }

  /** Stages an edit and the tables that follow from it, commits, and only then believes it. */
  async #change(edit: (change: Transaction) => Promise<Next>): Promise<void> {
    const change = new Transaction(this.#store.files, this.folder);
    let next: Content;
    try {
      next = await this.#tables(change, await edit(change));
    } catch (error) {
      await change.abandon();
      throw error;
    }
    try {
      await change.commit();
      this.#content = next;
    } catch (error) {
      if (!(error instanceof NotInPlace)) throw error;
      this.#content = next;
      const why = folderFault(error.cause, 'The change is stored, but not yet in its place');
      throw fault(
        why.kind,
        why.message,
        'Nothing is lost. Make the folder writable, then try again or open it again.',
        error,
      );
    }
  }

  async #tables(change: Transaction, { records, tasks, from, to }: Next): Promise<Content> {
    const old = this.#content;
    const frames = rowsBefore({ records }, records.length);
    const info = withTotals(old.info, { episodes: records.length, frames, tasks: tasks.length });
    const infoText = JSON.stringify(info, null, 4);
    const write = (text: string) => new TextEncoder().encode(text);
    if (tasks !== old.tasks) change.stage(TASKS, await writeTasks(tasks));
    for (let page = Math.floor(from / PAGE); page * PAGE < records.length && page * PAGE <= to; page++) {
      change.stage(episodesFile(page), await writeColumns(pageColumns(records, page, this.spec)));
    }
    const pages = Math.ceil(records.length / PAGE);
    for (let page = pages; page * PAGE < old.records.length; page++) change.remove(episodesFile(page));
    change.stage(STATS, write(statsJson(poolAll(records.map((record) => record.stats)))));
    change.stage(INFO, write(infoText));
    return { info, infoText, records, tasks };
  }

  /** One change at a time, each on a folder without leftovers that nobody else has changed. */
  #exclusive<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      try {
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
