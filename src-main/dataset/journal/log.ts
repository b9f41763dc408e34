import { dirname, join } from 'node:path';
import type { DatasetSpec, EncodedFrame, EncodedVideo, EpisodeDraft, EpisodeRow } from '../../core/episode';
import type { Fault } from '../../core/fault';
import type { TakeLog } from '../../core/take-log';
import type { Listener, Unsubscribe } from '../../core/types';
import { folderFault } from '../errors';
import { checkDraft } from '../validate';
import { type TakeFiles, takeFile, takesFolder } from './files';
import { type Begin, encodeBegin, encodeCamera, encodeConfirm, encodeDiscard, encodeFrame, encodeRow } from './records';
import { type Pace, RecordWriter } from './writer';

export interface LogPlace {
  readonly files: TakeFiles;
  /** The dataset's folder. */
  readonly folder: string;
  readonly pace: Pace;
}

/** A take's file while it grows. */
export class JournalLog implements TakeLog {
  readonly #cameras: ReadonlyMap<string, number>;
  /** What the file has been given: rows, configurations, frames by camera. */
  #rows = 0;
  readonly #configured = new Set<string>();
  readonly #frames: readonly Set<number>[];
  #over = false;

  private constructor(
    private readonly place: LogPlace,
    private readonly begun: Begin,
    private readonly writer: RecordWriter,
    private readonly ended: (id: string, kept: boolean) => void,
  ) {
    this.#cameras = new Map(begun.spec.cameras.map(({ name }, c) => [name, c]));
    this.#frames = begun.spec.cameras.map(() => new Set());
  }

  /** Resolves when the file is there and on the disk: a disk that cannot be written is known before the arm moves. */
  static async open(place: LogPlace, begin: Begin, ended: (id: string, kept: boolean) => void): Promise<JournalLog> {
    const { files, folder, pace } = place;
    const path = takeFile(folder, begin.id);
    try {
      await files.mkdir(dirname(path));
      const writer = new RecordWriter(await files.grow(path), pace);
      const log = new JournalLog(place, begin, writer, ended);
      writer.push(encodeBegin(begin));
      try {
        await writer.flush();
        await files.syncFolder(takesFolder(folder));
        await files.syncFolder(join(folder, '.understudy'));
      } catch (error) {
        await log.discard();
        throw error;
      }
      return log;
    } catch (error) {
      throw folderFault(error, 'Beginning a recording');
    }
  }

  get id(): string {
    return this.begun.id;
  }

  get bytes(): number {
    return this.writer.bytes;
  }

  onFault(listener: Listener<{ readonly fault: Fault; readonly ended: boolean }>): Unsubscribe {
    return this.writer.onFault(listener);
  }

  configure(camera: string, config: Omit<EncodedVideo, 'frames'>): void {
    if (!this.#cameras.has(camera)) return;
    this.#configured.add(camera);
    this.writer.push(encodeCamera(camera, config));
  }

  row(row: EpisodeRow): void {
    this.#rows++;
    this.writer.push(encodeRow(row));
  }

  frame(camera: string, k: number, frame: EncodedFrame): void {
    const c = this.#cameras.get(camera);
    if (c === undefined) return;
    this.#frames[c]?.add(k);
    this.writer.push(encodeFrame(c, k, frame));
  }

  /** Whether the file has been given all of the take's first `rows` rows: then a verdict is all that is missing. */
  #has(rows: number): boolean {
    if (this.writer.failure || this.#rows < rows || this.#configured.size < this.#cameras.size) return false;
    return this.#frames.every((frames) => {
      for (let k = 0; k < rows; k++) if (!frames.has(k)) return false;
      return true;
    });
  }

  async keep(take: EpisodeDraft): Promise<void> {
    // What the dataset would refuse later must be refused now, while the take can still be looked at.
    checkDraft(take, this.begun.spec);
    const verdict = encodeConfirm({
      task: take.task,
      success: take.success,
      tags: [...(take.tags ?? [])],
      rows: take.rows.length,
    });
    try {
      if (!this.#has(take.rows.length)) await this.#rewrite(take, verdict);
      else {
        this.writer.push(verdict);
        await this.writer.flush();
        await this.writer.close();
      }
      await this.place.files.syncFolder(takesFolder(this.place.folder));
    } catch (error) {
      throw folderFault(error, 'Keeping the take');
    }
    if (!this.#over) this.ended(this.id, true);
    this.#over = true;
  }

  async discard(): Promise<void> {
    if (!this.#over) this.ended(this.id, false);
    this.#over = true;
    this.writer.push(encodeDiscard());
    await this.writer.flush().catch(() => undefined);
    await this.writer.close();
    await this.place.files.remove(takeFile(this.place.folder, this.id)).catch(() => undefined);
  }

  /** The log ended too early, but the take is in memory: a new file takes the old one's place. */
  async #rewrite(take: EpisodeDraft, verdict: readonly Uint8Array[]): Promise<void> {
    const { files, folder, pace } = this.place;
    await this.writer.close();
    const path = takeFile(folder, this.id);
    const draft = `${path}.new`;
    await files.mkdir(dirname(path));
    const file = await files.grow(draft);
    const writer = new RecordWriter(file, { ...pace, slow: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY });
    try {
      for (const pieces of wholeTake(this.begun, take)) writer.push(pieces);
      writer.push(verdict);
      await writer.flush();
      await writer.close();
      await files.rename(draft, path);
    } catch (error) {
      await writer.close();
      await files.remove(draft).catch(() => undefined);
      throw error;
    }
  }
}

function* wholeTake(begin: Begin, take: EpisodeDraft): Generator<Uint8Array[]> {
  yield encodeBegin(begin);
  for (const row of take.rows) yield encodeRow(row);
  for (const [c, { name }] of begin.spec.cameras.entries()) {
    const video = take.videos[name];
    if (!video) continue;
    yield encodeCamera(name, video);
    for (const [k, frame] of video.frames.entries()) yield encodeFrame(c, k, frame);
  }
}

export const specForLog = ({ robot, joints, action, environment, fps, cameras }: DatasetSpec): Begin['spec'] => ({
  robot,
  joints: [...joints],
  ...(action && { action: [...action] }),
  environment: [...environment],
  fps,
  cameras: [...cameras],
});
