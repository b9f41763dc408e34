import { writeFile } from 'node:fs/promises';
import type { Dataset, DatasetSpec, EpisodeDraft, EpisodeRow } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { createDataset } from '../../src-main/dataset/dataset';
import { decodeFrames } from '../../src-main/dataset/frames';
import { encodePictures } from './pictures';

/**
 * Two cameras of different sizes, three tasks, seven episodes; then one of each edit. Some joints hardly move far from
 * zero and one does not move at all: what statistics stumble over.
 */
const SPEC: DatasetSpec = {
  robot: 'so101-sim',
  joints: [
    { name: 'shoulder_pan', unit: 'rad' },
    { name: 'shoulder_lift', unit: 'rad' },
    { name: 'elbow_flex', unit: 'rad' },
    { name: 'wrist_flex', unit: 'rad' },
    { name: 'wrist_roll', unit: 'rad' },
    { name: 'gripper', unit: 'ratio' },
  ],
  environment: ['cube.x', 'cube.y'],
  fps: 30,
  cameras: [
    { name: 'front', width: 320, height: 240 },
    { name: 'wrist', width: 160, height: 120 },
  ],
};
const TASKS = ['push the cube', 'reach the target', 'stack'];

function rows(length: number, random: Random): EpisodeRow[] {
  const phase = random.between(0, 6);
  return Array.from({ length }, (_, k) => {
    const x = k / 17 + phase;
    const state = [
      Math.sin(x),
      -1.7 + 0.0005 * Math.cos(x),
      1.5 * Math.cos(x / 2),
      0.02 * Math.sin(3 * x),
      0.7,
      (k % 40) / 40,
    ];
    const action = state.map((value) => value + 0.01 * random.normal());
    return {
      t: 5000 + phase * 1000 + k / 30 + 0.0004 * random.normal() ** 2,
      state,
      action,
      asked: action.map((value) => value * 1.01),
      environment: [0.1 + k / 1000, -0.2],
      pilot: k > 20 && k < 30 ? 'person' : 'policy',
      intervention: k > 20 && k < 30,
      clamped: k % 11 === 3 ? 'speed:2' : '',
    };
  });
}

async function demonstration(length: number, seed: number): Promise<EpisodeDraft> {
  const random = new Random(seed);
  const clip = (camera: number) => {
    const { width, height } = SPEC.cameras[camera] as DatasetSpec['cameras'][number];
    return encodePictures(length, width, height, seed * 10 + camera);
  };
  const videos = { front: await clip(0), wrist: await clip(1) };
  return { task: TASKS[seed % 3] ?? '', success: seed % 4 !== 1, rows: rows(length, random), videos };
}

/** Writes the folder, and beside it `truth`: a JSON of what it must hold, in LeRobot's units. */
export async function record(folder: string, truth: string): Promise<void> {
  const dataset = await createDataset(folder, SPEC);
  for (const [seed, length] of [160, 31, 60, 47, 52, 90, 33].entries())
    await dataset.add(await demonstration(length, seed));
  await dataset.edit({ kind: 'trim', episode: 0, from: 7, to: 149 });
  await dataset.edit({ kind: 'split', episode: 5, at: [41] });
  await dataset.edit({ kind: 'merge', episodes: [2, 3] });
  await dataset.edit({ kind: 'remove', episodes: [1] });
  await dataset.edit({ kind: 'relabel', episodes: [2], label: { task: 'put it back', success: true } });
  await writeFile(truth, JSON.stringify(await contents(dataset)));
  await dataset.close();
}

/** Every row and a thumbnail of every picture as Understudy reads them, in the units of the files. */
export async function contents(dataset: Dataset) {
  const { joints, action = joints, fps, cameras } = dataset.spec;
  const scale = { rad: 180 / Math.PI, ratio: 100, m: 1, raw: 1 };
  const stored = (values: readonly number[], channels: DatasetSpec['joints']) =>
    values.map((value, j) => Math.fround(value * scale[channels[j]?.unit ?? 'raw']));
  const episodes = [];
  for (const { index } of dataset.list()) {
    const { task, length, success, rows: all } = await dataset.read(index);
    const thumbnails: Record<string, number[][]> = {};
    for (const { name } of cameras) {
      const pictures: number[][] = [];
      const onFrame = (_: number, rgb: Uint8Array) => pictures.push([...rgb]);
      const { file, ...part } = dataset.video(index, name);
      await decodeFrames(file, { ...part, count: length, width: 8, height: 6, onFrame });
      thumbnails[name] = pictures;
    }
    const rows = all.map((row) => ({
      time: row.t,
      state: stored(row.state, joints),
      action: stored(row.action, action),
      asked: stored(row.asked, action),
      environment: row.environment.map(Math.fround),
      pilot: row.pilot,
      intervention: row.intervention,
      clamped: row.clamped,
    }));
    episodes.push({ task, length, success, rows, thumbnails });
  }
  return { fps, episodes };
}
