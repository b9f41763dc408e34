import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Dataset, DatasetSpec, EncodedVideo, EpisodeDraft, EpisodeRow } from '../../src-main/core/episode';
import { createDataset } from '../../src-main/dataset/dataset';
import { encodeClip } from '../dataset/clip';

/** A small dataset of a two-joint arm with one camera, whose true times are as uneven as those of a busy computer. */
export const SPEC: DatasetSpec = {
  robot: 'so101-sim',
  joints: [
    { name: 'shoulder_pan', unit: 'rad' },
    { name: 'gripper', unit: 'ratio' },
  ],
  environment: ['cube.x'],
  fps: 30,
  cameras: [{ name: 'front', width: 64, height: 48 }],
};

/** True time of row k: up to 4 ms off. */
export const timeOf = (k: number): number => 50 + k / 30 + 0.004 * Math.sin(k * 1.7);
/** What is measured and sent at a moment. */
export const stateAt = (t: number): number[] => [Math.sin(t - 50), 0.5 + 0.4 * Math.cos(t - 50)];

export const row = (k: number): EpisodeRow => ({
  t: timeOf(k),
  state: stateAt(timeOf(k)),
  action: [k / 100, (k % 10) / 10],
  asked: [k / 100 + 0.01, (k % 10) / 10],
  environment: [0.2 + k / 1000],
  pilot: k < 4 ? 'policy' : 'person',
  intervention: k >= 4,
  clamped: k === 3 ? 'speed:0' : '',
});

export async function draft(length: number, options: Partial<EpisodeDraft> = {}): Promise<EpisodeDraft> {
  const clip: EncodedVideo = await encodeClip(length);
  const front = { ...clip, frames: clip.frames.map((frame, k) => ({ ...frame, t: timeOf(k) })) };
  const rows = Array.from({ length }, (_, k) => row(k));
  return { task: 'push the cube', success: true, rows, videos: { front }, ...options };
}

const made: string[] = [];
export function folder(name = 'set'): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-exchange-'));
  made.push(path);
  return join(path, name);
}
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** Episodes of these lengths; the second of another task and a failure. */
export async function sample(lengths: readonly number[] = [20, 35, 15]): Promise<Dataset> {
  const dataset = await createDataset(folder(), SPEC);
  for (const [n, length] of lengths.entries()) {
    const odd = n === 1 ? { task: 'rest, "then" go', success: false, tags: ['slow'] } : {};
    await dataset.add(await draft(length, odd));
  }
  return dataset;
}

/** Every file below a folder, relative, with forward slashes. */
export const tree = (root: string, below = ''): string[] =>
  readdirSync(join(root, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? tree(root, path) : [path];
    })
    .sort();
