import { existsSync } from 'node:fs';
import type { Dataset, DatasetSpec, Episode, EpisodeDraft, EpisodeInfo, VideoSegment } from '../core/episode';
import { fault } from '../core/fault';
import { corrupt, folderFault } from './errors';
import type { Files } from './files';
import { imageStats } from './images';
import { type Info, withTotals } from './info';
import { EPISODES, INFO, PAGE, type Place, STATS, TASKS, episodesFile, fill, inside, ordinal, place, videoKey } from './layout';
import { muxMp4 } from './mp4';
import { type Column, type Row, readRows, writeColumns } from './parquet';
import { type EpisodeRecord, pageColumns, toInfo, whoDrove } from './record';
import { columnStats, poolAll, statsJson } from './stats';
import { restand, toColumns, toRows } from './table';
import { writeTasks } from './tasks';
import { NotInPlace, Transaction, recover } from './transaction';
import { checkDraft, checkTask } from './validate';

/** What a dataset is on disk at one moment. */
export interface Content {
  readonly info: Info;
  /** info.json as it was read or written: another text there means that somebody else changed the dataset. */
  readonly infoText: string;
  readonly records: readonly EpisodeRecord[];
  readonly tasks: readonly string[];
}

/** A LeRobot v3.0 folder. One data file and one MP4 a camera for each episode; every change is one transaction. */
export class LeRobotFolder implements Dataset {
  readonly folder: string;
  readonly spec: DatasetSpec;
  readonly #files: Files;
  #content: Content;
  #queue: Promise<unknown> = Promise.resolve();
  /** An `add` that is decided but not yet in its place: adding the same draft again must not store it twice. */
  #unplaced: { readonly rows: EpisodeDraft['rows']; readonly index: number } | undefined;

  constructor(files: Files, folder: string, spec: DatasetSpec, content: Content) {
    this.#files = files;
    this.folder = folder;
    this.spec = spec;
    this.#content = content;
  }

  list(): readonly EpisodeInfo[] {
    return this.#content.records.map((record, index) => toInfo(record, index, this.spec.fps));
  }

  async read(index: number): Promise<Episode> {
    const { stored, file } = await this.#stored(index);
    return { ...toInfo(this.#record(index), index, this.spec.fps), rows: toRows(stored, this.spec, file) };
  }

  video(index: number, camera: string): VideoSegment {
    const at = this.#record(index).videos[camera];
    if (!at) throw fault('not-found', `Episode ${index} has no camera ${camera}`, `Cameras: ${this.#cameras.join(', ') || 'none'}.`);
    const file = inside(this.folder, this.#videoPath(camera, at));
    if (!existsSync(file)) {
      throw fault('not-found', `The video ${file} is missing`, 'Restore it from a backup, or remove this episode.');
    }
    return { file, from: at.from, to: at.to };
  }

  add(draft: EpisodeDraft): Promise<EpisodeInfo> {
    return this.#exclusive('Saving the demonstration', async () => {
      if (this.#unplaced?.rows === draft.rows) return this.#infoOf(this.#unplaced.index);
      checkDraft(draft, this.spec);
      const { records, tasks } = this.#content;
      const index = records.length;
      const before = records[index - 1];
      const task = tasks.indexOf(draft.task);
      const at = { episode: index, from: this.#rowsBefore(index), task: task < 0 ? tasks.length : task, success: draft.success };
      const columns = toColumns(draft, at, this.spec);
      const data = place(before ? ordinal(before.data) + 1 : 0);
      const change = new Transaction(this.#files, this.folder);
      const next = await this.#orAbandon(change, async () => {
        change.stage(this.#dataPath(data), await writeColumns(columns));
        const cameras = await Promise.all(
          Object.entries(draft.videos).map(async ([camera, video]) => {
            const at = this.#nextVideo(camera);
            change.stage(this.#videoPath(camera, at), await muxMp4(video, this.spec.fps));
            return { camera, at: { ...at, from: 0, to: draft.rows.length / this.spec.fps }, stats: await imageStats(video) };
          }),
        );
        const record: EpisodeRecord = {
          task: draft.task,
          success: draft.success,
          length: draft.rows.length,
          ...whoDrove(draft.rows),
          data,
          videos: Object.fromEntries(cameras.map((c) => [c.camera, c.at])),
          stats: { ...columnStats(columns), ...Object.fromEntries(cameras.map((c) => [videoKey(c.camera), c.stats])) },
        };
        return { records: [...records, record], tasks: task < 0 ? [...tasks, draft.task] : tasks };
      });
      await this.#commit(change, next, index, () => (this.#unplaced = { rows: draft.rows, index }));
      return this.#infoOf(index);
    });
  }

  remove(index: number): Promise<void> {
    return this.#exclusive('Removing the episode', async () => {
      const gone = this.#record(index);
      const { records, tasks } = this.#content;
      const trash = `.trash/${new Date().toISOString().replace(/[:.]/g, '-')}-episode-${index}`;
      const change = new Transaction(this.#files, this.folder);
      const next = await this.#orAbandon(change, async () => {
        change.stage(`${trash}/data.parquet`, await this.#files.read(inside(this.folder, this.#dataPath(gone.data))));
        const labels = { task: gone.task, success: gone.success, length: gone.length, fps: this.spec.fps };
        change.stage(`${trash}/episode.json`, encode(JSON.stringify(labels, null, 2)));
        for (const [camera, at] of Object.entries(gone.videos)) change.move(this.#videoPath(camera, at), `${trash}/${camera}.mp4`);
        const kept = records.slice(0, index);
        let from = this.#rowsBefore(index);
        for (const [k, record] of records.slice(index + 1).entries()) {
          const { stored } = await this.#stored(index + 1 + k);
          const at = { episode: kept.length, from, task: tasks.indexOf(record.task), success: record.success };
          const data = records[index + k]?.data ?? record.data;
          kept.push({ ...record, data, stats: await this.#restage(change, data, restand(stored, at, this.spec), record) });
          from += record.length;
        }
        const last = records[records.length - 1];
        if (last) change.remove(this.#dataPath(last.data));
        return { records: kept, tasks };
      });
      await this.#commit(change, next, index);
    });
  }

  relabel(index: number, label: { task?: string; success?: boolean | null }): Promise<EpisodeInfo> {
    return this.#exclusive('Changing the label', async () => {
      const old = this.#record(index);
      const { records, tasks } = this.#content;
      const task = label.task ?? old.task;
      const success = label.success === undefined ? old.success : label.success;
      checkTask(task);
      const number = tasks.includes(task) ? tasks.indexOf(task) : tasks.length;
      const change = new Transaction(this.#files, this.folder);
      const next = await this.#orAbandon(change, async () => {
        const { stored } = await this.#stored(index);
        const at = { episode: index, from: this.#rowsBefore(index), task: number, success };
        const stats = await this.#restage(change, old.data, restand(stored, at, this.spec), old);
        const changed = records.map((record, k) => (k === index ? { ...record, task, success, stats } : record));
        return { records: changed, tasks: number === tasks.length ? [...tasks, task] : tasks };
      });
      await this.#commit(change, next, index, undefined, index);
      return this.#infoOf(index);
    });
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  /** Stages the tables that follow from `next` and commits. `from`..`to` are the episodes whose table rows changed. */
  async #commit(change: Transaction, next: Pick<Content, 'records' | 'tasks'>, from: number, unplaced?: () => void, to = Infinity) {
    const { records, tasks } = next;
    const frames = records.reduce((sum, record) => sum + record.length, 0);
    const info = withTotals(this.#content.info, { episodes: records.length, frames, tasks: tasks.length });
    const infoText = JSON.stringify(info, null, 4);
    await this.#orAbandon(change, async () => {
      if (tasks !== this.#content.tasks) change.stage(TASKS, await writeTasks(tasks));
      const pages = Math.ceil(records.length / PAGE);
      for (let page = Math.floor(from / PAGE); page < pages && page * PAGE <= to; page++) {
        change.stage(episodesFile(page), await writeColumns(pageColumns(records, page, this.spec)));
      }
      for (let page = pages; page * PAGE < this.#content.records.length; page++) change.remove(episodesFile(page));
      change.stage(STATS, encode(statsJson(poolAll(records.map((record) => record.stats)))));
      change.stage(INFO, encode(infoText));
    });
    try {
      await change.commit();
      this.#content = { info, infoText, records, tasks };
    } catch (error) {
      if (!(error instanceof NotInPlace)) throw error;
      this.#content = { info, infoText, records, tasks };
      unplaced?.();
      const why = folderFault(error.cause, 'The change is stored, but not yet in its place');
      throw fault(why.kind, why.message, 'Nothing is lost. Make the folder writable, then try again or open it again.', error);
    }
  }

  /** One change at a time, each on a folder without leftovers that nobody else has changed. */
  #exclusive<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      try {
        await recover(this.#files, this.folder);
        const text = new TextDecoder().decode(await this.#files.read(inside(this.folder, INFO)));
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

  async #orAbandon<T>(change: Transaction, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await change.abandon();
      throw error;
    }
  }

  async #restage(change: Transaction, data: Place, columns: readonly Column[], record: EpisodeRecord) {
    change.stage(this.#dataPath(data), await writeColumns(columns));
    return { ...record.stats, ...columnStats(columns) };
  }

  async #stored(index: number): Promise<{ stored: Row[]; file: string }> {
    const record = this.#record(index);
    const file = inside(this.folder, this.#dataPath(record.data));
    const bytes = await this.#files.read(file).catch((error: unknown) => {
      throw folderFault(error, `Reading episode ${index}`);
    });
    const stored = (await readRows(bytes, file)).filter((row) => row.episode_index === index);
    if (stored.length !== record.length) {
      throw corrupt(file, `it holds ${stored.length} of the ${record.length} rows of episode ${index}`);
    }
    return { stored, file };
  }

  #record(index: number): EpisodeRecord {
    const record = this.#content.records[index];
    if (record) return record;
    throw fault('not-found', `There is no episode ${index}`, `The dataset has ${this.#content.records.length} episodes.`);
  }

  #nextVideo(camera: string): Place {
    const taken = this.#content.records.map((record) => record.videos[camera]).map((at) => (at ? ordinal(at) : -1));
    return place(taken.reduce((a, b) => Math.max(a, b), -1) + 1);
  }

  #infoOf = (index: number): EpisodeInfo => toInfo(this.#record(index), index, this.spec.fps);
  #rowsBefore = (index: number): number => this.#content.records.slice(0, index).reduce((sum, r) => sum + r.length, 0);
  #dataPath = (at: Place): string => fill(this.#content.info.data_path, at);
  #videoPath = (camera: string, at: Place): string => fill(this.#content.info.video_path ?? EPISODES, at, videoKey(camera));
  get #cameras(): string[] {
    return this.spec.cameras.map((camera) => camera.name);
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
