import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src-main/core/episode';
import { checkDataset } from '../../src-main/dataset/check';
import { decodeFrames, openDataset } from '../../src-main/dataset/dataset';
import { readRows } from '../../src-main/dataset/parquet';
import { exportDataset } from '../../src-main/exchange/export/export';
import { resample } from '../../src-main/exchange/export/resample';
import { importInto } from '../../src-main/exchange/import/import';
import { folder, row, sample, stateAt, timeOf, tree } from './dataset';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const jsonLines = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Mean brightness of every picture of an episode: the test clips count in steps of 2. */
async function brightness(dataset: Dataset, index: number): Promise<number[]> {
  const { file, from, to } = dataset.video(index, 'front');
  const found: number[] = [];
  const count = dataset.list()[index]?.length ?? 0;
  await decodeFrames(file, {
    from,
    to,
    count,
    width: 2,
    height: 1,
    onFrame: (_, rgb) => found.push(rgb[0] ?? -1),
  });
  return found;
}

describe('resampling', () => {
  it('puts rows at exactly the wanted rate of true time, whatever the recorded times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.005, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 240 }),
        (gaps, fps) => {
          let t = 100;
          const rows = [row(0), ...gaps.map((_, k) => row(k + 1))].map((r, k) => {
            if (k > 0) t += gaps[k - 1] ?? 0;
            return { ...r, t, state: [t, 0] };
          });
          const taken = rows.map((r) => r.t);
          const out = resample(rows, fps, { front: taken });
          const end = taken[taken.length - 1] ?? 0;
          expect(out.rows.length).toBe(Math.floor((end - 100) * fps + 1e-6) + 1);
          out.rows.forEach((r, j) => {
            expect(r.t).toBeCloseTo(100 + j / fps, 9);
            // Linear in time, and the state is the time.
            expect(r.state[0]).toBeCloseTo(Math.min(r.t, end), 6);
            // A command holds until the next one.
            const held = rows.filter((old) => old.t <= r.t + 1e-9).pop();
            expect(r.action).toEqual(held?.action);
            const best = Math.min(...taken.map((x) => Math.abs(x - r.t)));
            expect(Math.abs((taken[out.picks.front?.[j] ?? -1] ?? 1e9) - r.t)).toBeCloseTo(best, 9);
          });
        },
      ),
    );
  });
});

describe('exporting', () => {
  it('writes a clean v3.0 copy of the chosen episodes: rows, labels and pictures as they were, own columns too', async () => {
    const dataset = await sample();
    await dataset.edit({ kind: 'remove', episodes: [2] });
    const target = folder('copy');
    const result = await exportDataset(dataset, { format: 'lerobot-v3.0', folder: target, episodes: [1, 0] });
    expect(result).toMatchObject({ episodes: 2, frames: 55 });
    expect(tree(target).filter((path) => path.startsWith('.'))).toEqual([]);
    const copy = await openDataset(target);
    for (const [mine, theirs] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const [a, b] = [await copy.read(mine), await dataset.read(theirs)];
      expect(a.rows).toEqual(b.rows);
      expect(a.taken?.front).toEqual(b.rows.map((_, k) => timeOf(k)));
      expect(a).toMatchObject({ id: b.id, task: b.task, success: b.success, tags: b.tags, recorded: b.recorded });
      expect(await brightness(copy, mine)).toEqual(await brightness(dataset, theirs));
    }
    expect(copy.spec).toEqual(dataset.spec);
    await copy.close();
    expect((await checkDataset(target, { deep: true })).lines).toMatchObject([{ level: 'ok' }]);
  });

  it('takes an episode out of the middle of a shared video without its neighbours, by encoding it anew', async () => {
    const dataset = await sample([40]);
    await dataset.edit({ kind: 'trim', episode: 0, from: 7, to: 33 });
    const before = await brightness(dataset, 0);
    const target = folder('copy');
    await exportDataset(dataset, { format: 'lerobot-v3.0', folder: target });
    const copy = await openDataset(target);
    const after = await brightness(copy, 0);
    expect(after).toHaveLength(26);
    after.forEach((value, k) => {
      expect(Math.abs(value - (before[k] ?? 0))).toBeLessThan(4);
    });
    expect(copy.video(0, 'front')).toMatchObject({ from: 0 });
    await copy.close();
  });

  it('resamples rows and pictures to an exact rate', async () => {
    const dataset = await sample([40]);
    const target = folder('copy');
    await exportDataset(dataset, { format: 'lerobot-v3.0', folder: target, fps: 20 });
    const copy = await openDataset(target);
    expect(copy.spec.fps).toBe(20);
    const { rows } = await copy.read(0);
    const start = timeOf(0);
    expect(rows).toHaveLength(Math.floor((timeOf(39) - start) * 20 + 1e-6) + 1);
    const shades = await brightness(copy, 0);
    const source = await brightness(dataset, 0);
    rows.forEach((r, j) => {
      const t = start + j / 20;
      expect(r.t).toBeCloseTo(t, 6);
      expect(r.state[0]).toBeCloseTo(stateAt(t)[0] ?? 0, 3);
      const best = Array.from({ length: 40 }, (_, k) => k).sort(
        (a, b) => Math.abs(timeOf(a) - t) - Math.abs(timeOf(b) - t),
      )[0];
      expect(Math.abs((shades[j] ?? 0) - (source[best ?? 0] ?? 0))).toBeLessThan(4);
    });
    await copy.close();
    expect((await checkDataset(target, { deep: true })).lines).toMatchObject([{ level: 'ok' }]);
  });

  it('writes LeRobot v2.1 as its own program lays it out', async () => {
    const dataset = await sample();
    const target = folder('v21');
    await exportDataset(dataset, { format: 'lerobot-v2.1', folder: target });
    expect(tree(target)).toEqual([
      ...[0, 1, 2].map((n) => `data/chunk-000/episode_00000${n}.parquet`),
      'meta/episodes.jsonl',
      'meta/episodes_stats.jsonl',
      'meta/info.json',
      'meta/tasks.jsonl',
      ...[0, 1, 2].map((n) => `videos/chunk-000/observation.images.front/episode_00000${n}.mp4`),
    ]);
    expect(json(join(target, 'meta/info.json'))).toMatchObject({
      codebase_version: 'v2.1',
      total_episodes: 3,
      total_frames: 70,
      total_tasks: 2,
      total_videos: 3,
      total_chunks: 1,
      chunks_size: 1000,
      fps: 30,
      splits: { train: '0:3' },
      data_path: 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet',
      video_path: 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4',
    });
    expect(jsonLines(join(target, 'meta/tasks.jsonl'))).toEqual([
      { task_index: 0, task: 'push the cube' },
      { task_index: 1, task: 'rest, "then" go' },
    ]);
    expect(jsonLines(join(target, 'meta/episodes.jsonl'))).toEqual([
      { episode_index: 0, tasks: ['push the cube'], length: 20 },
      { episode_index: 1, tasks: ['rest, "then" go'], length: 35 },
      { episode_index: 2, tasks: ['push the cube'], length: 15 },
    ]);
    const [, second] = jsonLines(join(target, 'meta/episodes_stats.jsonl'));
    expect(second.stats.action.count).toEqual([35]);
    expect(Object.keys(second.stats.action).sort()).toEqual(['count', 'max', 'mean', 'min', 'std']);
    expect(second.stats['observation.images.front'].mean).toMatchObject([
      [[expect.any(Number)]],
      [[expect.any(Number)]],
      [[expect.any(Number)]],
    ]);
    const file = join(target, 'data/chunk-000/episode_000001.parquet');
    const rows = await readRows(readFileSync(file), file);
    expect(rows).toHaveLength(35);
    rows.forEach((cells, k) => {
      expect(cells).toMatchObject({ episode_index: 1, frame_index: k, index: 20 + k, task_index: 1 });
      expect(Math.abs(Number(cells.timestamp) - k / 30)).toBeLessThan(1e-4);
    });
  });

  it('writes v2.1 that ours opens again, picture for picture', async () => {
    const dataset = await sample();
    const target = folder('v21');
    await exportDataset(dataset, { format: 'lerobot-v2.1', folder: target });
    const back = await openDataset(target);
    expect(back.list().map(({ length, task }) => [length, task])).toEqual(
      dataset.list().map(({ length, task }) => [length, task]),
    );
    expect(await brightness(back, 1)).toEqual(await brightness(dataset, 1));
    await back.close();
  });

  it('writes tables and videos that our own import reads back, row for row', async () => {
    const dataset = await sample();
    const target = folder('csv');
    await exportDataset(dataset, { format: 'csv', folder: target });
    const lines = readFileSync(join(target, 'episode_000001.csv'), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe(
      'time [s],state.shoulder_pan [rad],state.gripper [ratio],action.shoulder_pan [rad],action.gripper [ratio],' +
        'asked.shoulder_pan [rad],asked.gripper [ratio],environment.cube.x,pilot,intervention,clamped,task,success',
    );
    expect(lines[1]).toMatch(/^0,.*,policy,false,,"rest, ""then"" go",false$/);
    expect(lines).toHaveLength(36);
    expect(json(join(target, 'dataset.json'))).toMatchObject({ fps: 30, robot: 'so101-sim', episodes: 3 });
    const again = folder('again');
    const result = await importInto(target, again);
    expect(result).toMatchObject({ kind: 'csv-folder', episodes: 3, skipped: 0 });
    const copy = await openDataset(again);
    expect(copy.spec).toMatchObject({ fps: 30, joints: dataset.spec.joints, cameras: dataset.spec.cameras });
    const [a, b] = [await copy.read(1), await dataset.read(1)];
    expect(a).toMatchObject({ task: b.task, success: b.success });
    a.rows.forEach((r, k) => {
      r.state.forEach((value, i) => {
        expect(value).toBeCloseTo(b.rows[k]?.state[i] ?? 0, 5);
      });
      r.action.forEach((value, i) => {
        expect(value).toBeCloseTo(b.rows[k]?.action[i] ?? 0, 5);
      });
    });
    expect(await brightness(copy, 1)).toEqual(await brightness(dataset, 1));
    await copy.close();
  });

  it('leaves nothing behind when it is cancelled half-way', async () => {
    const dataset = await sample();
    for (const format of ['lerobot-v3.0', 'lerobot-v2.1', 'csv'] as const) {
      const target = folder('copy');
      const abort = new AbortController();
      const report = ({ done }: { done: number }) => {
        if (done === 1) abort.abort();
      };
      const work = exportDataset(dataset, { format, folder: target }, { report, signal: abort.signal });
      await expect(work).rejects.toMatchObject({ kind: 'cancelled' });
      expect(readdirSync(dirname(target))).toEqual([]);
    }
  });

  it('leaves nothing behind when a picture is lost, and says which file', async () => {
    const dataset = await sample();
    const { file } = dataset.video(1, 'front');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    const target = folder('copy');
    await expect(exportDataset(dataset, { format: 'csv', folder: target })).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining(file),
    });
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('never writes over anything, and names an episode that is not there', async () => {
    const dataset = await sample([10]);
    const into = (target: string, episodes?: number[]) =>
      exportDataset(dataset, { format: 'csv', folder: target, episodes });
    await expect(into(dataset.folder)).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(into(folder('x'), [3])).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('3'),
    });
  });
});
