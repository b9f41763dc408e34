import type { EpisodeInfo } from '../../src-main/core/episode';
import type { CheckpointInfo } from '../../src-main/core/learning';
import type { DatasetQuality } from '../../src-main/core/quality';
import { act } from './act';

/** Lists that main keeps and says `changed` about. `null` until read once. */
class Episodes {
  list = $state.raw<readonly EpisodeInfo[] | null>(null);

  async load(): Promise<void> {
    this.list = (await act('dataset.episodes')) ?? this.list;
  }
}

class Checkpoints {
  list = $state.raw<readonly CheckpointInfo[] | null>(null);

  async load(): Promise<void> {
    this.list = (await act('policy.list')) ?? this.list;
  }
}

/** Seconds between two readings at least: the coach says `changed` after every episode it has looked at. */
const PAUSE = 1.5;

class Quality {
  current = $state.raw<DatasetQuality | null>(null);
  #reading: Promise<void> | null = null;
  #again = false;

  /** Reads now, or once more when the present reading and a pause are over. */
  load(): Promise<void> {
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
      this.current = (await act('dataset.quality')) ?? this.current;
      await new Promise((done) => setTimeout(done, PAUSE * 1000));
    } while (this.#again);
    this.#reading = null;
  }
}

export const episodes = new Episodes();
export const checkpoints = new Checkpoints();
export const quality = new Quality();
