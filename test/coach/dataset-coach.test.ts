import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { qualityFile } from '../../src-main/coach/cache';
import { DatasetCoach } from '../../src-main/coach/dataset-coach';
import { COACH_WORKS } from '../../src-main/coach/works';
import type { DatasetSpec, Episode, EpisodeRow } from '../../src-main/core/episode';
import { DatasetHost } from '../../src-main/dataset/host-client';
import { hostInThisProcess } from '../../src-main/dataset/host-process';
import { QualityWatch } from '../../src-main/station/quality-watch';
import { episodeOf } from './takes';

const made: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'understudy-coach-'));
  made.push(path);
  return path;
};
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

const SPEC: DatasetSpec = {
  robot: 'any',
  joints: [{ name: 'a', unit: 'rad' }],
  environment: [],
  fps: 30,
  cameras: [],
};
const row = (k: number, n: number): EpisodeRow => {
  const state = [Math.sin(k / 20 + n)];
  const [t, environment, pilot] = [k / 30, [], 'person'];
  return { t, state, action: state, asked: state, environment, pilot, intervention: false, clamped: '' };
};
const rows = (length: number, n: number): EpisodeRow[] => Array.from({ length }, (_, k) => row(k, n));
const breathe = async () => undefined;

/** Episodes in memory; counts how often each is read. */
class Fake {
  readonly spec = SPEC;
  readonly readOnly: string | null = null;
  readonly reads: string[] = [];
  episodes: Episode[];

  constructor(
    readonly folder: string,
    n: number,
  ) {
    this.episodes = Array.from({ length: n }, (_, i) => episodeOf(rows(40, i), { index: i, id: `e${i}` }));
  }
  list = () => this.episodes;
  read = async (index: number): Promise<Episode> => {
    const found = this.episodes[index];
    if (!found) throw new Error('not there');
    this.reads.push(found.id);
    return found;
  };
  video = () => {
    throw new Error('no pictures');
  };
}

async function lookAll(coach: DatasetCoach): Promise<void> {
  while ((await coach.look(50, breathe)).pending > 0);
}

describe('the coach of a dataset', () => {
  it('looks bit by bit, newest first, and says how many are still to come', async () => {
    const dataset = new Fake(folder(), 30);
    const coach = new DatasetCoach(dataset);
    expect((await coach.quality()).pending).toBe(30);
    const slow = () => new Promise<void>((done) => setTimeout(done, 10));
    const first = await coach.look(25, slow);
    expect(first.done).toBeGreaterThan(0);
    expect(first.pending).toBe(30 - first.done);
    expect(dataset.reads[0]).toBe('e29');
    expect((await coach.quality()).episodes).toHaveLength(first.done);
    await lookAll(coach);
    expect((await coach.quality()).episodes).toHaveLength(30);
    expect((await coach.quality()).pending).toBe(0);
  });

  it('reads again only what is new, was changed or was forgotten', async () => {
    const dataset = new Fake(folder(), 10);
    await lookAll(new DatasetCoach(dataset));
    dataset.reads.length = 0;

    const later = new DatasetCoach(dataset);
    await lookAll(later);
    expect(dataset.reads).toEqual([]);

    const trimmed = episodeOf(rows(25, 3), { index: 3, id: 'e3' });
    const fresh = episodeOf(rows(40, 10), { index: 10, id: 'e10' });
    dataset.episodes = [...dataset.episodes.map((one) => (one.id === trimmed.id ? trimmed : one)), fresh];
    await lookAll(later);
    expect(dataset.reads.sort()).toEqual(['e10', 'e3']);
    dataset.reads.length = 0;
    later.forget(['e5']);
    await lookAll(later);
    expect(dataset.reads).toEqual(['e5']);
  });

  it.each([
    ['is not JSON', () => '{"version":1,"sizes"'],
    ['is of another version', (text: string) => text.replace('"version":1', '"version":99')],
    ['has nonsense in it', (text: string) => text.replace(/"tremor":[^,]*/g, '"tremor":"much"')],
    ['is of a robot with other joints', (text: string) => text.replace('"state":[1]', '"state":[1,1]')],
  ])('measures again when its cache %s', async (_, spoil) => {
    const dataset = new Fake(folder(), 4);
    const coach = new DatasetCoach(dataset);
    await lookAll(coach);
    const before = await coach.quality();
    const file = qualityFile(dataset.folder);
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    dataset.reads.length = 0;
    const again = new DatasetCoach(dataset);
    await lookAll(again);
    expect(dataset.reads).toHaveLength(4);
    expect(await again.quality()).toEqual(before);
    expect(JSON.parse(readFileSync(file, 'utf8')).measures).toHaveLength(4);
  });

  it('writes nothing into a dataset that is only read', async () => {
    const dataset = Object.assign(new Fake(folder(), 2), { readOnly: 'a copy of somebody else' });
    await lookAll(new DatasetCoach(dataset));
    expect(existsSync(qualityFile(dataset.folder))).toBe(false);
  });

  it('goes on when an episode cannot be read', async () => {
    const dataset = new Fake(folder(), 3);
    const { read } = dataset;
    dataset.read = (index) => (index === 1 ? Promise.reject(new Error('damaged')) : read(index));
    const coach = new DatasetCoach(dataset);
    await lookAll(coach);
    const quality = await coach.quality();
    expect(quality.pending).toBe(0);
    expect(quality.episodes.map(({ id }) => id)).toEqual(['e0', 'e2']);
  });
});

describe('the watch over quality', () => {
  it('has a recorded dataset looked at in the background, tells when there is news, and looks again after an edit', async () => {
    const path = join(folder(), 'set');
    const host = new DatasetHost(() => hostInThisProcess(COACH_WORKS));
    const dataset = await host.createDataset(path, SPEC);
    for (let n = 0; n < 3; n++) await dataset.add({ task: 'wave', success: true, rows: rows(60, n), videos: {} });
    let told = 0;
    let busy = true;
    const watch = new QualityWatch({
      dataset: () => dataset,
      busy: () => busy,
      changed: () => told++,
      failed: (error) => {
        throw error;
      },
    });
    const until = async (done: () => Promise<boolean>) => {
      for (let n = 0; n < 2400 && !(await done()); n++) await new Promise((go) => setTimeout(go, 25));
    };
    try {
      expect((await watch.quality()).pending).toBe(3);
      await new Promise((go) => setTimeout(go, 300));
      expect((await watch.quality()).pending).toBe(3); // a take is being recorded: not now
      busy = false;
      await until(async () => told > 0);
      const before = await watch.quality();
      expect(before.pending).toBe(0);
      expect(before.episodes).toHaveLength(3);

      const changed = await dataset.edit({ kind: 'trim', episode: 1, from: 10, to: 50 });
      watch.edited(changed.map(({ id }) => id));
      const id = dataset.list()[1]?.id;
      const length = async () => (await watch.quality()).episodes.find((one) => one.id === id)?.figures.seconds;
      await until(async () => (await length()) === 40 / 30 || (await length()) === 1.3333);
      expect(await length()).toBeCloseTo(40 / 30, 3);
    } finally {
      watch.close();
      await dataset.close();
      host.close();
    }
  });
});
