import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseInfo } from '../../src-main/dataset/info';
import { type Row, readRows } from '../../src-main/dataset/parquet';
import { columnStats, parseStats, type Stats, statsFromRow } from '../../src-main/dataset/stats';
import { definitions } from '../../src-main/dataset/table';
import { readTasks } from '../../src-main/dataset/tasks';

/** Rows of all Parquet files below a folder, in the order in which LeRobot reads them. */
async function table(folder: string): Promise<Row[]> {
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.parquet'))
    .sort();
  const rows: Row[] = [];
  const columns = new Set<string>();
  for (const name of files) {
    const mine = await readRows(readFileSync(join(folder, name)), name);
    columns.add(Object.keys(mine[0] ?? {}).join());
    rows.push(...mine);
  }
  expect(columns.size, `one schema in ${folder}`).toBeLessThanOrEqual(1);
  return rows;
}

const near = (found: Stats, wanted: Stats, names: readonly string[], what: string): void => {
  for (const name of names) {
    for (const measure of ['min', 'max', 'mean', 'std', 'q01', 'q50', 'q99'] as const) {
      const [a, b] = [found[name]?.[measure] ?? [], wanted[name]?.[measure] ?? []];
      expect(a.length, `${what} ${name} ${measure}`).toBe(b.length);
      for (const [d, value] of a.entries())
        expect(Math.abs(value - (b[d] ?? NaN)), `${what} ${name} ${measure}`).toBeLessThan(1e-3);
    }
  }
};

/**
 * What LeRobot takes for granted of a v3.0 folder: rows in the files follow each other as the episodes do, every index
 * counts without a hole, row k is at k / fps, totals agree, and the statistics are those of the rows.
 */
export async function checkRules(path: string): Promise<void> {
  const info = parseInfo(readFileSync(join(path, 'meta/info.json'), 'utf8'), path);
  const rows = await table(join(path, 'data'));
  const episodes = info.total_episodes > 0 ? await table(join(path, 'meta/episodes')) : [];
  const tasks = info.total_episodes > 0 ? await readTasks(readFileSync(join(path, 'meta/tasks.parquet')), 'tasks') : [];
  expect([info.total_episodes, info.total_frames]).toEqual([episodes.length, rows.length]);
  expect(rows.map((row) => row.index)).toEqual(rows.map((_, k) => k));
  const columns = definitions(info);
  const numeric = columns.filter((column) => column.type !== 'string').map((column) => column.name);
  let from = 0;
  for (const [e, episode] of episodes.entries()) {
    const length = Number(episode.length);
    expect([episode.episode_index, episode.dataset_from_index, episode.dataset_to_index]).toEqual([
      e,
      from,
      from + length,
    ]);
    const mine = rows.slice(from, from + length);
    expect(mine.map((row) => row.episode_index)).toEqual(mine.map(() => e));
    expect(mine.map((row) => row.frame_index)).toEqual(mine.map((_, k) => k));
    expect(mine.map((row) => row.timestamp)).toEqual(mine.map((_, k) => Math.fround(k / info.fps)));
    const [task] = Array.isArray(episode.tasks) ? episode.tasks : [];
    expect(tasks[Number(mine[0]?.task_index)]).toBe(task);
    const wanted = columnStats(columns.map((c) => ({ ...c, data: mine.map((row) => row[c.name] ?? null) })));
    near(statsFromRow(episode, Object.keys(info.features)), wanted, numeric, `episode ${e}`);
    from += length;
  }
  const whole = parseStats(readFileSync(join(path, 'meta/stats.json'), 'utf8')) ?? {};
  for (const column of columns) {
    if (column.type === 'string' || rows.length === 0) continue;
    const values = rows.map((row) => [row[column.name]].flat().map(Number));
    const mean = values[0]?.map((_, d) => values.reduce((sum, v) => sum + (v[d] ?? 0), 0) / values.length) ?? [];
    for (const [d, value] of mean.entries()) {
      const tolerance = 1e-3 * Math.max(1, Math.abs(value));
      expect(Math.abs((whole[column.name]?.mean[d] ?? NaN) - value), column.name).toBeLessThan(tolerance);
      expect(whole[column.name]?.max[d]).toBe(Math.max(...values.map((v) => v[d] ?? 0)));
    }
  }
}
