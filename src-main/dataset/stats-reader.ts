import { pageStats } from './pages';
import type { Stats } from './stats';
import type { Content, Store } from './store';

/** The statistics of single episodes as they are on disk. Keeps the pages read last: edits go along the list. */
export class StatsReader {
  readonly #pages = new Map<number, Promise<Stats[]>>();
  readonly #store: Store;
  readonly #now: Content;

  constructor(store: Store, now: Content) {
    this.#store = store;
    this.#now = now;
  }

  async of(index: number): Promise<Stats> {
    const page = this.#find(index);
    const found = this.#now.pages[page];
    if (!found) return {};
    const stats = this.#pages.get(page) ?? pageStats(this.#store.files, this.#store.folder, found);
    this.#pages.delete(page);
    this.#pages.set(page, stats);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > 3 && oldest !== undefined) this.#pages.delete(oldest);
    return (await stats)[index - found.first] ?? {};
  }

  /** The last page that begins at or before the episode. */
  #find(index: number): number {
    const { pages } = this.#now;
    let [low, high] = [0, pages.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((pages[middle]?.first ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
