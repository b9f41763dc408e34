import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { DatasetSpec, EncodedVideo, EpisodeDraft, EpisodeRow } from '../../src-main/core/episode';

export const SPEC: DatasetSpec = {
  robot: 'so101-sim',
  joints: [
    { name: 'shoulder_pan', unit: 'rad' },
    { name: 'elbow_flex', unit: 'rad' },
    { name: 'gripper', unit: 'ratio' },
  ],
  environment: ['cube.x', 'cube.y'],
  fps: 30,
  cameras: [],
};

/** Row k of an episode; `seed` tells episodes apart. */
export const row = (k: number, seed = 0): EpisodeRow => ({
  t: 100 + seed * 1000 + k / 30 + 0.0004 * Math.sin(k),
  state: [Math.sin(k / 9 + seed), Math.cos(k / 7) * 2, (k % 10) / 10],
  action: [Math.sin(k / 9 + seed) + 0.01, Math.cos(k / 7) * 2, (k % 7) / 7],
  asked: [Math.sin(k / 9 + seed) + 0.02, Math.cos(k / 7) * 2.1, (k % 5) / 5],
  environment: [0.1 + k / 1000, -0.2 + seed / 100],
  pilot: k < 5 ? 'policy' : 'person',
  intervention: k >= 5,
  clamped: k % 4 === 3 ? 'speed:2 limit:0' : '',
});

export function draft(
  length: number,
  options: { seed?: number; task?: string; success?: boolean | null; videos?: Record<string, EncodedVideo> } = {},
): EpisodeDraft {
  const { seed = 0, task = 'push the cube', success = true, videos = {} } = options;
  return { task, success, rows: Array.from({ length }, (_, k) => row(k, seed)), videos };
}

const made: string[] = [];
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-dataset-'));
  made.push(path);
  return join(path, 'set');
}
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
