import { episodesFile, PAGE } from './layout';
import { pageStats } from './pages';
import { TableWriter, writeColumns } from './parquet';
import { type Listed, pageColumns } from './record';
import { columnStats, type Stats } from './stats';
import { type Content, recordAt, rowsBefore, type Store } from './store';
import { recount, restand } from './table';
import type { Transaction } from './transaction';

/**
 * Counts, times and measures the rows of these episodes anew; everything else in them stays to the bit. Stages the data
 * files that hold them and the pages of the episode table that speak of them. Resolves to the episodes that were put
 * right: a file that also holds damaged rows is left as it is.
 */
export async function recountFiles(
  store: Store,
  now: Content,
  wrong: readonly number[],
  change: Transaction,
): Promise<number[]> {
  const fixed = new Map<number, Stats>();
  const files = new Set(wrong.map((index) => store.dataPath(recordAt(now, index).data)));
  for (const file of files) {
    const mine = [...now.records.keys()].filter((index) => store.dataPath(recordAt(now, index).data) === file);
    try {
      const writer = new TableWriter();
      const stats = new Map<number, Stats>();
      for (const index of mine) {
        const rows = recount(
          await store.read(store.range(now, index), `Reading demonstration ${index}`),
          store.spec.fps,
        );
        const task = now.tasks.indexOf(recordAt(now, index).task);
        const at = { episode: index, from: rowsBefore(now, index), task, success: undefined };
        const columns = restand(rows, at, store.columns);
        writer.add(columns);
        if (wrong.includes(index)) stats.set(index, columnStats(columns));
      }
      await change.stage(file, await writer.finish());
      for (const [index, measured] of stats) fixed.set(index, measured);
    } catch {
      // Its damaged episode goes to the trash after this; the others can be repaired then.
    }
  }
  await stagePages(store, now, fixed, change);
  return [...fixed.keys()].sort((a, b) => a - b);
}

/** Pages whose statistics changed; all of them where another program laid them out otherwise. */
async function stagePages(store: Store, now: Content, fixed: ReadonlyMap<number, Stats>, change: Transaction) {
  if (fixed.size === 0) return;
  const stats: Stats[] = [];
  for (const page of now.pages) stats.push(...(await pageStats(store.files, store.folder, page)));
  const pages = new Set<string>();
  for (let page = 0; page * PAGE < now.records.length; page++) {
    const first = page * PAGE;
    const mine = now.records.slice(first, first + PAGE);
    pages.add(episodesFile(page));
    if (now.own && !mine.some((_, k) => fixed.has(first + k))) continue;
    const listed = mine.map(
      (record, k): Listed => ({
        record,
        from: rowsBefore(now, first + k),
        stats: { ...stats[first + k], ...fixed.get(first + k) },
      }),
    );
    await change.stage(episodesFile(page), await writeColumns(pageColumns(listed, page, store.keys)));
  }
  for (const { file } of now.pages) if (!pages.has(file)) change.remove(file);
}
