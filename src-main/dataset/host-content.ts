import type { Dataset, EpisodeInfo } from '../core/episode';
import type { ContentChange, Entry, Segment } from './host-messages';

/** Episodes in one message: bounds what the owner takes in at a time. */
const PAGE = 500;

/** The worker's side: knows what the owner was told last, and tells only what is different. */
export class ContentDiff {
  #told: string[] = [];
  #rest = '';
  /** The same array is the same list. */
  #last: readonly EpisodeInfo[] | null = null;

  constructor(private readonly dataset: Dataset) {}

  /** The messages that bring the owner up to date, in order; none when it is. */
  next(): ContentChange[] {
    const { dataset } = this;
    const list = dataset.list();
    if (list === this.#last && JSON.stringify(stateOf(dataset)) === this.#rest) return [];
    this.#last = list;
    const entries = list.map((info): Entry => ({ info, segments: segments(dataset, info) }));
    const texts = entries.map(({ info, segments }) => JSON.stringify([{ ...info, index: 0 }, segments]));
    const old = this.#told;
    let at = 0;
    while (at < old.length && at < texts.length && old[at] === texts[at]) at++;
    let tail = 0;
    const most = Math.min(old.length, texts.length) - at;
    while (tail < most && old[old.length - 1 - tail] === texts[texts.length - 1 - tail]) tail++;
    const state = stateOf(dataset);
    const rest = JSON.stringify(state);
    const fresh = entries.slice(at, entries.length - tail);
    const remove = old.length - tail - at;
    if (fresh.length === 0 && remove === 0 && rest === this.#rest) return [];
    this.#told = texts;
    this.#rest = rest;
    const changes: ContentChange[] = [{ at, remove, insert: fresh.slice(0, PAGE), ...state }];
    for (let n = PAGE; n < fresh.length; n += PAGE) {
      changes.push({ at: at + n, remove: 0, insert: fresh.slice(n, n + PAGE), ...state });
    }
    return changes;
  }
}

const stateOf = (dataset: Dataset) => ({ edits: dataset.editState(), readOnly: dataset.readOnly });

function segments(dataset: Dataset, info: EpisodeInfo): Segment[] {
  return info.cameras.map((camera) => {
    try {
      return { camera, ...dataset.video(info.index, camera) };
    } catch {
      return { camera, file: null, from: 0, to: 0 };
    }
  });
}

/** The owner's side: the list with a change applied. Entries that only moved get their new place. */
export function applyChange(entries: readonly Entry[], change: ContentChange): Entry[] {
  const { at, remove, insert } = change;
  const tail = entries.slice(at + remove).map(
    ({ info, segments }, k): Entry => ({
      info: insert.length === remove ? info : { ...info, index: at + insert.length + k },
      segments,
    }),
  );
  return [...entries.slice(0, at), ...insert, ...tail];
}
