import type { Next } from './entry';
import { withTotals } from './info';
import { episodesFile, INFO, PAGE, STATS, TASKS } from './layout';
import { type Page, pageStats } from './pages';
import { writeColumns } from './parquet';
import { type Listed, pageColumns } from './record';
import { moved, parseStats, poolAll, type Stats, statsJson } from './stats';
import { StatsReader } from './stats-reader';
import { type Content, rowsBefore, type Store, starts } from './store';
import { writeTasks } from './tasks';
import type { Transaction } from './transaction';

const encode = (text: string) => new TextEncoder().encode(text);

/**
 * The tables in `meta/` that follow from a change of the list. Only the pages from the first changed episode on are
 * written; the statistics of the whole are pooled from those of the pages, which are read once and then remembered.
 */
export class Tables {
  readonly #store: Store;
  /** Pooled statistics of a page, by its file. */
  #pools = new Map<string, Stats>();
  /** Of the whole dataset; null: not known. */
  #whole: Stats | null = null;
  #next: (() => void) | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The last staged change is now the truth. */
  committed(): void {
    this.#next?.();
    this.#next = null;
  }

  async stage(now: Content, { entries, tasks }: Next, change: Transaction): Promise<Content> {
    const store = this.#store;
    const records = entries.map((entry) => entry.record);
    const changed = entries.findIndex((entry, k) => entry.was !== k || entry.record !== now.records[k]);
    const first = changed < 0 ? Math.min(records.length, now.records.length) : changed;
    const old = new StatsReader(store, now);
    const begin = now.own ? Math.floor(first / PAGE) : 0;
    const pages: Page[] = now.pages.slice(0, begin);
    const pools = new Map(this.#pools);
    let from = rowsBefore({ records }, begin * PAGE);
    const before = starts(now.records);
    for (let page = begin; page * PAGE < records.length; page++) {
      const file = episodesFile(page);
      const span = { file, first: page * PAGE, count: Math.min(PAGE, records.length - page * PAGE) };
      pages.push(span);
      const mine = entries.slice(span.first, span.first + span.count);
      const same = before[span.first] === from && now.pages[page]?.count === span.count;
      if (
        now.own &&
        same &&
        mine.every(({ was, record }, k) => was === span.first + k && record === now.records[was])
      ) {
        for (const { record } of mine) from += record.length;
        continue;
      }
      const rows: Listed[] = [];
      for (const [k, { record, was, stats: known }] of mine.entries()) {
        let stats = known ?? {};
        if (was !== null) {
          const by = { episode: span.first + k - was, index: from - (before[was] ?? 0) };
          stats = { ...moved(await old.of(was), by), ...known };
        }
        rows.push({ record, from, stats });
        from += record.length;
      }
      pools.set(file, poolAll(rows.map((row) => row.stats)));
      await change.stage(file, await writeColumns(pageColumns(rows, page, store.keys)));
    }
    const live = new Set(pages.map((page) => page.file));
    for (const { file } of now.pages) if (!live.has(file)) change.remove(file);
    for (const file of pools.keys()) if (!live.has(file)) pools.delete(file);

    const whole = await this.#pooled(now, entries, pages, pools);
    const info = withTotals(now.info, { episodes: records.length, frames: from, tasks: tasks.length });
    const infoText = JSON.stringify(info, null, 4);
    if (tasks !== now.tasks) await change.stage(TASKS, await writeTasks(tasks));
    await change.stage(STATS, encode(statsJson(whole)));
    await change.stage(INFO, encode(infoText));
    this.#next = () => {
      this.#pools = pools;
      this.#whole = whole;
    };
    return { info, infoText, records, tasks, pages, own: true };
  }

  /** After an `add` the old whole and the new episode make the new whole; after any other change the pages do. */
  async #pooled(
    now: Content,
    entries: Next['entries'],
    pages: readonly Page[],
    pools: Map<string, Stats>,
  ): Promise<Stats> {
    const { files, folder } = this.#store;
    const added = entries[now.records.length];
    const appended = entries.length === now.records.length + 1 && added?.was === null && added.stats;
    if (appended && entries.every((entry, k) => k >= now.records.length || entry.was === k)) {
      const before = now.records.length > 0 ? await this.#before(now) : {};
      if (before) return poolAll([before, added.stats]);
    }
    for (const page of pages)
      if (!pools.has(page.file)) pools.set(page.file, poolAll(await pageStats(files, folder, page)));
    return poolAll(pages.map((page) => pools.get(page.file) ?? {}));
  }

  /** The statistics of the whole as it is; null where stats.json does not fit. */
  async #before(now: Content): Promise<Stats | null> {
    if (this.#whole) return this.#whole;
    const { files } = this.#store;
    const bytes = await files.read(this.#store.absolute(STATS)).catch(() => null);
    const stats = bytes && parseStats(new TextDecoder().decode(bytes));
    const fits = stats && Object.values(stats).some((feature) => feature.count === now.info.total_frames);
    return fits ? stats : null;
  }
}
