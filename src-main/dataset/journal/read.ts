import type { z } from 'zod';
import type { EncodedFrame, EncodedVideo, EpisodeDraft, EpisodeRow } from '../../core/episode';
import { decodeRecords, TYPES } from './format';
import { type Begin, beginSchema, type Confirm, cameraSchema, confirmSchema, decodeFrame, rowSchema } from './records';

/** What is left of a take: everything up to the first record that cannot be trusted. */
export interface StoredTake {
  readonly begin: Begin;
  readonly rows: readonly EpisodeRow[];
  /** By camera: how to decode it, and its frames 0 … n-1 without a hole, the first a key frame. */
  readonly videos: Readonly<Record<string, EncodedVideo>>;
  /** Rows for which every camera has its frame. */
  readonly usable: number;
  readonly verdict: Confirm | 'discarded' | null;
  /** False when the file ends in the middle of a record, or in something else. */
  readonly whole: boolean;
}

/** Null when not even the beginning can be read. */
export function readTake(file: Uint8Array): StoredTake | null {
  const records = decodeRecords(file);
  const first = records.next();
  if (first.done || first.value.type !== TYPES.begin) return null;
  const begin = parse(beginSchema, first.value.payload);
  if (!begin) return null;
  const take = new TakeReader(begin);
  for (let next = records.next(); ; next = records.next()) {
    if (next.done) return take.end(next.value.whole);
    if (!take.accept(next.value.type, next.value.payload)) return take.end(false);
  }
}

class TakeReader {
  readonly #rows: EpisodeRow[] = [];
  readonly #configs = new Map<string, Omit<EncodedVideo, 'frames'>>();
  readonly #frames: Map<number, EncodedFrame>[];
  #verdict: StoredTake['verdict'] = null;

  constructor(private readonly begin: Begin) {
    this.#frames = begin.spec.cameras.map(() => new Map());
  }

  /** False when the record makes no sense: nothing after it is believed. */
  accept(type: number, payload: Uint8Array): boolean {
    if (type === TYPES.row) {
      const row = parse(rowSchema, payload);
      return row !== null && this.#rows.push(row) > 0;
    }
    if (type === TYPES.frame) {
      const decoded = decodeFrame(payload);
      const frames = decoded && this.#frames[decoded.camera];
      if (!decoded || !frames) return false;
      if (!frames.has(decoded.k)) frames.set(decoded.k, decoded.frame);
      return true;
    }
    if (type === TYPES.camera) {
      const config = parse(cameraSchema, payload);
      if (!config) return false;
      const { camera, description, ...rest } = config;
      if (!this.#configs.has(camera)) {
        this.#configs.set(camera, { ...rest, description: new Uint8Array(Buffer.from(description, 'base64')) });
      }
      return true;
    }
    if (type === TYPES.confirm) {
      const confirm = parse(confirmSchema, payload);
      if (confirm) this.#verdict = confirm;
      return confirm !== null;
    }
    if (type === TYPES.discard) this.#verdict = 'discarded';
    return type === TYPES.discard;
  }

  end(whole: boolean): StoredTake {
    const { begin } = this;
    const videos = begin.spec.cameras.flatMap(({ name }, c): [string, EncodedVideo][] => {
      const config = this.#configs.get(name);
      const frames: EncodedFrame[] = [];
      for (let k = 0; ; k++) {
        const frame = this.#frames[c]?.get(k);
        if (!frame) break;
        frames.push(frame);
      }
      return config && frames[0]?.key ? [[name, { ...config, frames }]] : [];
    });
    const counts = begin.spec.cameras.map(({ name }) => videos.find(([n]) => n === name)?.[1].frames.length ?? 0);
    const usable = Math.min(this.#rows.length, ...counts);
    return { begin, rows: this.#rows, videos: Object.fromEntries(videos), usable, verdict: this.#verdict, whole };
  }
}

/** The first `rows` rows of a take with their frames, as an episode. */
export function draftOf(
  take: StoredTake,
  rows: number,
  label: Pick<Confirm, 'task' | 'success' | 'tags'>,
): EpisodeDraft {
  const videos = Object.entries(take.videos).map(([name, video]) => [
    name,
    { ...video, frames: video.frames.slice(0, rows) },
  ]);
  const { id, recorded } = take.begin;
  return { id, recorded, ...label, rows: take.rows.slice(0, rows), videos: Object.fromEntries(videos) };
}

function parse<S extends z.ZodType>(schema: S, payload: Uint8Array): z.output<S> | null {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data ?? null;
  } catch {
    return null;
  }
}
