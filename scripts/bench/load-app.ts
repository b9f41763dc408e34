import type { DatasetSpec } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { makeBatch } from '../../src-main/learner/batch';
import { buildSamples } from '../../src-main/learner/samples';
import { cachedVideo } from '../../src-main/learner/video';
import { encodePictures } from '../../test/interop/pictures';

/** What `bench load` measures of the app: the samples that training draws its batches from. */
interface Numbers {
  readonly episodes: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  readonly items: number;
}
const SIZE = 96;
const CHUNK = 100;

export async function record(folder: string, { episodes, rows, width, height }: Numbers): Promise<void> {
  const joints = ['pan', 'lift', 'elbow', 'flex', 'roll', 'gripper'].map((name) => ({ name, unit: 'rad' as const }));
  const cameras = ['front', 'wrist'].map((name) => ({ name, width, height }));
  const spec: DatasetSpec = { robot: 'so101-sim', joints, environment: [], fps: 30, cameras };
  const dataset = await createDataset(folder, spec);
  const videos = {
    front: await encodePictures(rows, width, height, 1),
    wrist: await encodePictures(rows, width, height, 2),
  };
  for (let n = 0; n < episodes; n++) {
    const list = Array.from({ length: rows }, (_, k) => {
      const state = joints.map((_joint, j) => Math.sin(k / 20 + j + n));
      const row = { t: n * 100 + k / 30, state, action: state, asked: state, environment: [], pilot: 'person' };
      return { ...row, intervention: false, clamped: '' };
    });
    await dataset.add({ task: 'reach', success: true, rows: list, videos });
  }
  await dataset.close();
}

const seconds = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
  const began = performance.now();
  const value = await work();
  return [(performance.now() - began) / 1000, value];
};

export async function measure(folder: string, { episodes, rows, items }: Numbers) {
  const dataset = await openDataset(folder);
  const cameras = ['front', 'wrist'].map((name) => ({ name, width: SIZE, height: SIZE }));
  const options = {
    chunk: CHUNK,
    history: 1,
    actions: 'delta' as const,
    environment: false,
    hints: false,
    cameras,
    seed: 1,
    heldOut: 0,
    skipFailures: false,
  };
  const idle = process.cpuUsage();
  const [first, made] = await seconds(() => buildSamples(dataset, options, cachedVideo()));
  const { user, system } = process.cpuUsage(idle);
  made.pictures.close();
  const [again, samples] = await seconds(() => buildSamples(dataset, options, cachedVideo()));
  const random = new Random(3);
  const bytes = SIZE * SIZE * 3;
  /** An item as the disk gives it: uint8 pictures, robot units. */
  const item = { state: new Float32Array(6), chunk: new Float32Array(CHUNK * 6), pictures: new Uint8Array(2 * bytes) };
  const raw = () => {
    const row = random.below(samples.rows);
    item.state.set(samples.inputs.subarray(row * 6, row * 6 + 6));
    const end = samples.ends[row] ?? row;
    for (let k = 0; k < CHUNK; k++) {
      const at = Math.min(row + k, end) * 6;
      for (let j = 0; j < 6; j++) item.chunk[k * 6 + j] = samples.actions[at + j] as number;
    }
    for (let c = 0; c < 2; c++) item.pictures.set(samples.pictures.at(c, row), c * bytes);
  };
  for (let n = 0; n < 200; n++) raw();
  const [rawTime] = await seconds(async () => {
    for (let n = 0; n < items; n++) raw();
  });
  /** An item as a network is taught: normalised float batches of 64, without a tensor library. */
  const batches = Math.max(1, Math.round(items / 10 / 64));
  const [batchTime] = await seconds(async () => {
    for (let n = 0; n < batches; n++) {
      const chosen = Array.from({ length: 64 }, () => random.below(samples.rows));
      makeBatch(samples, chosen, [], random, null);
    }
  });
  samples.pictures.close();
  await dataset.close();
  const frames = episodes * rows * cameras.length;
  return {
    frames_decoded: frames,
    cache_built_frames_per_second: Math.round(frames / first),
    /** What it would be with a processor core to itself and no waiting. */
    cache_built_frames_per_cpu_second: Math.round(frames / ((user + system) / 1e6)),
    first_start_seconds: Number(first.toFixed(2)),
    second_start_seconds: Number(again.toFixed(3)),
    items_per_second: Math.round(items / rawTime),
    normalised_items_per_second: Math.round((batches * 64) / batchTime),
    rss_mb: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}
