import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, EpisodeDraft, EpisodeRow } from '../../src-main/core/episode';
import { createDataset, datasetSummary, decodeFrames, isDataset, openDataset } from '../../src-main/dataset/dataset';
import { encodeClip } from './clip';
import { draft, folder, SPEC } from './draft';

const close = (a: readonly number[], b: readonly number[]) => {
  expect(a.length).toBe(b.length);
  for (const [i, value] of a.entries()) expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-4);
};

function sameRows(rows: readonly EpisodeRow[], wanted: readonly EpisodeRow[]): void {
  expect(rows.length).toBe(wanted.length);
  for (const [k, row] of rows.entries()) {
    const want = wanted[k] as EpisodeRow;
    expect(row.t).toBe(want.t);
    expect([row.pilot, row.intervention]).toEqual([want.pilot, want.intervention]);
    close(row.state, want.state);
    close(row.action, want.action);
    close(row.asked, want.asked);
    close(row.environment, want.environment);
  }
}

async function sameEpisodes(dataset: Dataset, drafts: readonly EpisodeDraft[]): Promise<void> {
  expect(dataset.list().map((e) => [e.index, e.task, e.success, e.length])).toEqual(
    drafts.map((d, i) => [i, d.task, d.success, d.rows.length]),
  );
  for (const [i, want] of drafts.entries()) sameRows((await dataset.read(i)).rows, want.rows);
}

describe('a dataset', () => {
  it('gives back what was added, in robot units, before and after it is opened again', async () => {
    const path = folder();
    const dataset = await createDataset(path, SPEC);
    const drafts = [
      draft(20),
      draft(33, { seed: 1, success: false, task: 'reach' }),
      draft(7, { seed: 2, success: null }),
    ];
    for (const one of drafts) await dataset.add(one);
    await sameEpisodes(dataset, drafts);
    await dataset.close();
    const again = await openDataset(path);
    expect(again.spec).toEqual(SPEC);
    await sameEpisodes(again, drafts);
    expect(again.list()[1]).toMatchObject({
      duration: 33 / 30,
      pilots: ['policy', 'person'],
      interventions: 1,
      cameras: [],
    });
    expect(await datasetSummary(again)).toMatchObject({
      episodes: 3,
      frames: 60,
      successes: 1,
      failures: 1,
      unjudged: 1,
    });
  });

  it('keeps LeRobot units, names and totals on disk', async () => {
    const path = folder();
    const dataset = await createDataset(path, SPEC);
    await dataset.add(draft(10));
    const info = JSON.parse(readFileSync(join(path, 'meta/info.json'), 'utf8'));
    expect(info).toMatchObject({
      codebase_version: 'v3.0',
      total_episodes: 1,
      total_frames: 10,
      total_tasks: 1,
      fps: 30,
      splits: { train: '0:1' },
    });
    expect(info.features.action).toEqual({
      dtype: 'float32',
      shape: [3],
      names: ['shoulder_pan.pos', 'elbow_flex.pos', 'gripper.pos'],
    });
    const stats = JSON.parse(readFileSync(join(path, 'meta/stats.json'), 'utf8'));
    expect(stats['observation.state'].max[1]).toBeCloseTo((2 * 180) / Math.PI, 3);
    expect(stats['observation.state'].max[2]).toBeCloseTo(90, 3);
    expect(stats['observation.state'].count).toEqual([10]);
  });

  it('stores videos that hold frame k for row k, at exactly k / fps', async () => {
    const path = folder();
    const cameras = [
      { name: 'front', width: 64, height: 48 },
      { name: 'wrist', width: 64, height: 48 },
    ];
    const dataset = await createDataset(path, { ...SPEC, cameras });
    const clip = await encodeClip(40);
    await dataset.add(draft(40, { videos: { front: clip, wrist: clip } }));
    await dataset.add(draft(40, { videos: { front: clip, wrist: clip } }));
    for (const camera of ['front', 'wrist']) {
      const { file, from, to } = (await openDataset(path)).video(1, camera);
      expect([from, to]).toEqual([0, 40 / 30]);
      const greys: number[] = [];
      await decodeFrames(file, {
        from,
        to,
        count: 40,
        width: 4,
        height: 3,
        onFrame: (_, rgb) => greys.push(rgb[0] as number),
      });
      expect(greys.length).toBe(40);
      for (const [k, grey] of greys.entries()) expect(Math.abs(grey - k * 2)).toBeLessThanOrEqual(2);
    }
    const stats = JSON.parse(readFileSync(join(path, 'meta/stats.json'), 'utf8'));
    expect(stats['observation.images.front'].mean[0][0][0]).toBeCloseTo(0.5, 1);
    expect(stats['observation.images.front'].count[0]).toBeGreaterThan(1);
  });

  it('moves later episodes up when one is removed, and keeps the removed one in .trash', async () => {
    const path = folder();
    const cameras = [{ name: 'front', width: 64, height: 48 }];
    const dataset = await createDataset(path, { ...SPEC, cameras });
    const clip = await encodeClip(12);
    const drafts = [0, 1, 2, 3].map((seed) => draft(12, { seed, videos: { front: clip } }));
    for (const one of drafts) await dataset.add(one);
    await dataset.remove(1);
    const left = drafts.filter((_, i) => i !== 1);
    await sameEpisodes(dataset, left);
    const again = await openDataset(path);
    await sameEpisodes(again, left);
    for (const i of [0, 1, 2]) expect(existsSync(again.video(i, 'front').file)).toBe(true);
    const [trash = ''] = readdirSync(join(path, '.trash')).filter((name) => name !== '_kept');
    expect(readdirSync(join(path, '.trash', trash)).sort()).toEqual(['data.parquet', 'episode.json']);
    expect(existsSync(join(path, '.trash/_kept/videos/observation.images.front/chunk-000/file-001.mp4'))).toBe(true);
    await again.add(draft(12, { seed: 9, videos: { front: clip } }));
    await sameEpisodes(await openDataset(path), [...left, draft(12, { seed: 9, videos: { front: clip } })]);
    for (let n = 4; n > 0; n--) await again.remove(0);
    expect((await openDataset(path)).list()).toEqual([]);
  });

  it('changes labels without touching anything else', async () => {
    const path = folder();
    const dataset = await createDataset(path, SPEC);
    const drafts = [draft(9), draft(9, { seed: 1 })];
    for (const one of drafts) await dataset.add(one);
    expect(await dataset.relabel(0, { success: null })).toMatchObject({ success: null, task: 'push the cube' });
    expect(await dataset.relabel(0, { task: 'reach', success: false })).toMatchObject({
      success: false,
      task: 'reach',
    });
    await sameEpisodes(await openDataset(path), [
      draft(9, { task: 'reach', success: false }),
      drafts[1] as EpisodeDraft,
    ]);
  });

  it('holds more episodes than one file of its table', async () => {
    const path = folder();
    const dataset = await createDataset(path, SPEC);
    const drafts = Array.from({ length: 67 }, (_, seed) => draft(2, { seed }));
    for (const one of drafts) await dataset.add(one);
    await sameEpisodes(await openDataset(path), drafts);
    await dataset.remove(60);
    await dataset.remove(65);
    await dataset.remove(64);
    await sameEpisodes(
      await openDataset(path),
      drafts.filter((_, i) => ![60, 66, 65].includes(i)),
    );
  });

  it('adds one after the other when asked at the same time', async () => {
    const dataset = await createDataset(folder(), SPEC);
    const infos = await Promise.all([0, 1, 2, 3].map((seed) => dataset.add(draft(5, { seed }))));
    expect(infos.map((info) => info.index)).toEqual([0, 1, 2, 3]);
  });

  it('knows a dataset folder from another', async () => {
    const path = folder();
    expect(await isDataset(path)).toBe(false);
    await createDataset(path, SPEC);
    expect(await isDataset(path)).toBe(true);
  });
});
