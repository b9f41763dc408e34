import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDataset } from '../../src-main/dataset/check';
import { openDataset } from '../../src-main/dataset/dataset';
import { parseInfo } from '../../src-main/dataset/info';
import { lockFolder } from '../../src-main/dataset/journal/lock';
import { type Row, readRows, writeColumns } from '../../src-main/dataset/parquet';
import { repairDataset } from '../../src-main/dataset/repair';
import { definitions } from '../../src-main/dataset/table';
import { writeTasks } from '../../src-main/dataset/tasks';
import { sample, tree } from '../exchange/dataset';

const data = (root: string, n: number) => join(root, `data/chunk-000/file-00${n}.parquet`);
const video = (root: string, n: number) => join(root, `videos/observation.images.front/chunk-000/file-00${n}.mp4`);
const said = (lines: readonly { level: string; text: string }[], level: string) =>
  lines.filter((line) => line.level === level).map((line) => line.text);

/** A closed dataset of three episodes (20, 35 and 15 rows). */
async function folderOf(): Promise<string> {
  const dataset = await sample();
  await dataset.close();
  return dataset.folder;
}

async function rewrite(root: string, n: number, change: (row: Row, k: number) => Row): Promise<void> {
  const rows = (await readRows(readFileSync(data(root, n)), 'rows')).map(change);
  const info = parseInfo(readFileSync(join(root, 'meta/info.json'), 'utf8'), root);
  const columns = definitions(info).map((d) => ({ ...d, data: rows.map((row) => row[d.name] ?? null) }));
  writeFileSync(data(root, n), await writeColumns(columns));
}

const check = (root: string, deep = false) => checkDataset(root, { deep });

describe('checking a dataset', () => {
  it('finds nothing wrong with what we write, every picture decoded, and changes no file', async () => {
    const root = await folderOf();
    const before = tree(root).map((path) => [path, readFileSync(join(root, path)).toString('base64')]);
    const { lines, broken, miscounted } = await check(root, true);
    expect(lines).toEqual([
      { level: 'ok', text: '3 demonstrations, 70 rows, 70 pictures decoded: everything is in its place' },
    ]);
    expect([broken, miscounted]).toEqual([[], []]);
    expect(tree(root).map((path) => [path, readFileSync(join(root, path)).toString('base64')])).toEqual(before);
  });

  it.each([
    ['a lost table of rows', (root: string) => rmSync(data(root, 1)), /Demonstration 1 is lost/],
    ['a cut table of rows', (root: string) => cut(data(root, 1)), /Demonstration 1 is lost.*not a whole Parquet/],
    ['a lost video', (root: string) => rmSync(video(root, 1)), /pictures of front of demonstration 1.*missing/],
    ['a cut video', (root: string) => cut(video(root, 1)), /pictures of front of demonstration 1/],
    [
      'a video of another episode',
      (root: string) => copyFileSync(video(root, 0), video(root, 1)),
      /shows 20 frames for 35 rows/,
    ],
  ])('tells %s', async (_, harm, text) => {
    const root = await folderOf();
    harm(root);
    const result = await check(root);
    expect(said(result.lines, 'error')).toEqual([expect.stringMatching(text)]);
    expect(result.broken).toEqual([1]);
  });

  it.each([
    ['index', (row: Row, k: number) => ({ ...row, index: Number(row.index) + (k > 4 ? 1 : 0) }), /row 5 has index 26/],
    ['frame_index', (row: Row) => ({ ...row, frame_index: Number(row.frame_index) + 1 }), /row 0 has frame_index 1/],
    [
      'timestamp',
      (row: Row, k: number) => ({ ...row, timestamp: Number(row.timestamp) + (k === 9 ? 2e-4 : 0) }),
      /row 9 is timed/,
    ],
    ['task', (row: Row) => ({ ...row, task_index: 7 }), /unknown task 7/],
    ['other task', (row: Row) => ({ ...row, task_index: 0 }), /of the task "push the cube"/],
  ])('tells rows with a wrong %s', async (_, change, text) => {
    const root = await folderOf();
    await rewrite(root, 1, change);
    const result = await check(root);
    expect(said(result.lines, 'error')).toEqual([expect.stringMatching(text)]);
    expect(result).toMatchObject({ broken: [], miscounted: [1] });
  });

  it('lets a row be 0.09 ms off, as LeRobot does', async () => {
    const root = await folderOf();
    await rewrite(root, 1, (row) => ({ ...row, timestamp: Number(row.timestamp) + 9e-5 }));
    expect(said((await check(root)).lines, 'error')).toEqual([]);
  });

  it('tells statistics that are not those of the rows, the episode’s and the whole’s', async () => {
    const root = await folderOf();
    await rewrite(root, 0, (row) => ({ ...row, action: [5, 50] }));
    const stats = join(root, 'meta/stats.json');
    writeFileSync(stats, readFileSync(stats, 'utf8').replace(/"mean": \[\s*[\d.-]+/, '"mean": [\n 77'));
    const result = await check(root);
    expect(said(result.lines, 'warning')).toEqual([
      expect.stringMatching(/demonstration 0 do not agree.*action/),
      expect.stringMatching(/stats.json does not agree/),
    ]);
    expect(result.mismeasured).toEqual([0]);
  });

  it('tells wrong totals, lost tasks, strange files and what is in the trash', async () => {
    const dataset = await sample();
    await dataset.edit({ kind: 'remove', episodes: [2] });
    await dataset.close();
    const root = dataset.folder;
    const info = join(root, 'meta/info.json');
    writeFileSync(info, readFileSync(info, 'utf8').replace(/"total_frames": \d+/, '"total_frames": 54'));
    rmSync(join(root, 'meta/tasks.parquet'));
    writeFileSync(data(root, 9), 'not ours');
    const { lines } = await check(root);
    expect(said(lines, 'error')).toEqual([
      expect.stringMatching(/list of tasks is lost/),
      expect.stringMatching(/counts 2 episodes and 54 rows; there are 2 and 55/),
    ]);
    expect(said(lines, 'warning')).toEqual([expect.stringMatching(/1 file \(1 kB\) belongs.*file-009/)]);
    expect(said(lines, 'info')).toEqual([expect.stringMatching(/trash holds/)]);
  });

  it('says what cannot be made again, and where there is no dataset', async () => {
    const root = await folderOf();
    cut(join(root, 'meta/episodes/chunk-000/file-000.parquet'));
    const result = await check(root);
    expect(result.readable).toBe(false);
    expect(said(result.lines, 'error')).toEqual([expect.stringMatching(/backup/)]);
    await expect(check(dirname(root))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('can be cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(checkDataset(await folderOf(), { deep: false, signal })).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('repairing a dataset', () => {
  it('puts lost episodes in the trash, makes tasks, totals, columns and statistics again, and deletes nothing', async () => {
    const root = await folderOf();
    const kept = await openDataset(root);
    const third = await kept.read(2);
    await kept.close();
    cut(video(root, 1));
    const rest = readFileSync(video(root, 1));
    await rewrite(root, 2, (row, k) => ({ ...row, index: 1000 + k, frame_index: k * 2, timestamp: k }));
    rmSync(join(root, 'meta/tasks.parquet'));
    rmSync(join(root, 'meta/stats.json'));
    writeFileSync(data(root, 8), 'not ours');
    const { lines, sound } = await repairDataset(root);
    expect(said(lines, 'error')).toEqual([]);
    expect(sound).toBe(true);
    expect(lines.map((line) => line.text).join('\n')).toMatch(/Demonstration 1 lies in the trash now/);
    const after = await openDataset(root);
    expect(after.list().map(({ length, task }) => [length, task])).toEqual([
      [20, 'push the cube'],
      [15, 'push the cube'],
    ]);
    expect((await after.read(1)).rows).toEqual(third.rows);
    expect(await after.trash()).toMatchObject([{ reason: 'remove', length: 35 }]);
    await after.close();
    const left = tree(root).filter((path) => path.startsWith('.trash'));
    expect(left.some((path) => path.endsWith('data/chunk-000/file-008.parquet'))).toBe(true);
    const videos = left.filter((path) => path.endsWith('.mp4')).map((path) => readFileSync(join(root, path)));
    expect(videos.some((bytes) => bytes.equals(rest))).toBe(true);
    expect(said((await check(root, true)).lines, 'ok')).toHaveLength(1);
  });

  it('makes the list of tasks again in the order that the rows know', async () => {
    const root = await folderOf();
    writeFileSync(join(root, 'meta/tasks.parquet'), await writeTasks(['rest, "then" go']));
    expect((await repairDataset(root)).sound).toBe(true);
    const dataset = await openDataset(root);
    expect(dataset.list().map((episode) => episode.task)).toEqual([
      'push the cube',
      'rest, "then" go',
      'push the cube',
    ]);
    await dataset.close();
    expect(said((await check(root)).lines, 'error')).toEqual([]);
  });

  it('changes nothing in a sound dataset', async () => {
    const root = await folderOf();
    const before = tree(root).map((path) => [path, readFileSync(join(root, path)).toString('base64')]);
    expect(await repairDataset(root)).toMatchObject({ sound: true, lines: [{ level: 'ok' }] });
    expect(tree(root).map((path) => [path, readFileSync(join(root, path)).toString('base64')])).toEqual(before);
  });

  it('leaves a folder that cannot be read as it is', async () => {
    const root = await folderOf();
    const table = join(root, 'meta/episodes/chunk-000/file-000.parquet');
    cut(table);
    const bytes = readFileSync(table);
    expect(await repairDataset(root)).toMatchObject({ sound: false });
    expect(readFileSync(table)).toEqual(bytes);
  });

  it.runIf(process.platform === 'linux')('leaves a folder alone that another program has open', async () => {
    const other = await folderOf();
    const lock = join(other, '.understudy/lock');
    mkdirSync(dirname(lock), { recursive: true });
    const mine = await lockFolder(other);
    expect(existsSync(lock)).toBe(true);
    const owner = JSON.parse(readFileSync(lock, 'utf8'));
    await mine.release();
    // The process that runs the tests is alive, and is not this one.
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(lock, JSON.stringify({ ...owner, pid: process.ppid, started }));
    await expect(repairDataset(other)).rejects.toMatchObject({ kind: 'busy' });
  });
});

function cut(file: string): void {
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, Math.floor(whole.length * 0.6)));
}
