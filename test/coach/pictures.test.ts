import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetCoach } from '../../src-main/coach/dataset-coach';
import type { Episode } from '../../src-main/core/episode';
import type { DatasetQuality, EpisodeQuality } from '../../src-main/core/quality';
import { createDataset } from '../../src-main/dataset/dataset';
import { dim, film, freeze, glare, HEIGHT, type Paint, scene, soften, WIDTH } from './scene';
import { expertTakes } from './takes';

const [front, wrist] = [scene('front'), scene('wrist')];
/** What each take's cameras see; the first six are fine. */
const SPOILED: Record<string, { front: Paint; wrist: Paint; late?: boolean }> = {
  dark: { front: dim(front, 0.12), wrist },
  dim: { front: dim(front, 0.4), wrist },
  bright: { front: glare(front), wrist },
  blur: { front: soften(front), wrist },
  frozen: { front, wrist: freeze(wrist, 12) },
  swapped: { front: wrist, wrist: front },
  late: { front, wrist, late: true },
};
const CLEAN = 6;
const home = mkdtempSync(join(tmpdir(), 'understudy-coach-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let quality: DatasetQuality;
beforeAll(async () => {
  const names = Object.keys(SPOILED);
  const { spec, episodes } = await expertTakes('push', CLEAN + names.length);
  const cameras = ['front', 'wrist'].map((name) => ({ name, width: WIDTH, height: HEIGHT }));
  const dataset = await createDataset(join(home, 'set'), { ...spec, cameras });
  for (const [n, episode] of episodes.entries()) {
    const id = n < CLEAN ? `clean-${n}` : (names[n - CLEAN] ?? '');
    const seen = SPOILED[id] ?? { front, wrist };
    const times = (delay: number) => episode.rows.map(({ t }: Episode['rows'][number]) => t + delay);
    await dataset.add({
      id,
      task: episode.task,
      success: true,
      rows: episode.rows,
      videos: {
        front: await film(seen.front, times(0.005)),
        wrist: await film(seen.wrist, times(seen.late ? 0.25 : 0.01)),
      },
    });
  }
  const coach = new DatasetCoach(dataset);
  while ((await coach.look(1000, async () => undefined)).pending > 0);
  quality = await coach.quality();
  await dataset.close();
}, 300_000);

const of = (id: string): EpisodeQuality => {
  const found = quality.episodes.find((episode) => episode.id === id);
  if (!found) throw new Error(`no quality of ${id}`);
  return found;
};

describe('what the coach sees in the pictures', () => {
  it('finds nothing wrong with clean ones', () => {
    for (let n = 0; n < CLEAN; n++) expect(of(`clean-${n}`).score).toBeGreaterThanOrEqual(85);
  });

  it.each([
    ['dark', 'dark', 'front'],
    ['dim', 'dark', 'front'],
    ['bright', 'bright', 'front'],
    ['blur', 'blur', 'front'],
    ['frozen', 'frozen', 'wrist'],
    ['swapped', 'swapped', 'wrist'],
    ['late', 'dropped', 'wrist'],
  ])('names a %s take’s fault first, and its camera', (id, kind, camera) => {
    const { score, reasons } = of(id);
    expect(reasons[0]?.kind).toBe(kind);
    expect(reasons[0]?.message).toContain(camera);
    expect(score).toBeLessThan(85);
  });

  it('says from which row on a picture stands', () => {
    const [from, to] = of('frozen').reasons[0]?.rows ?? [0, 0];
    expect(from).toBeGreaterThan(0);
    expect(to).toBeGreaterThan(from + 25);
  });

  it('advises on the cameras, and names the demonstrations', () => {
    const about = quality.advice.filter(({ episodes }) => episodes.includes('swapped'));
    expect(about.length).toBeGreaterThan(0);
  });
});
