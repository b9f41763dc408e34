import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];
/** A new folder, gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-import-'));
  made.push(path);
  return path;
}
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

let counter = 0;

/** Writes an HDF5 file with the library itself. */
export async function hdf5(path: string, fill: (file: import('h5wasm').File) => void): Promise<string> {
  const lib = await import('h5wasm');
  const { FS } = await lib.ready;
  const inside = `/fixture${counter++}.h5`;
  // The layout that h5py writes unless told otherwise: without checksums of its own.
  const file = new lib.File(inside, 'w', { libver: ['earliest', 'latest'] });
  try {
    fill(file);
  } finally {
    file.close();
  }
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, FS.readFile(inside));
  FS.unlink(inside);
  return path;
}

export const WIDTH = 32;
export const HEIGHT = 24;

/** RGB pictures one after the other: picture k is of one colour, brighter with k. */
export function pictures(count: number, width = WIDTH, height = HEIGHT): Uint8Array {
  const data = new Uint8Array(count * width * height * 3);
  for (let k = 0; k < count; k++) {
    const [r, g, b] = colourOf(k);
    for (let i = 0; i < width * height; i++) data.set([r, g, b], (k * width * height + i) * 3);
  }
  return data;
}
export const colourOf = (k: number): readonly [number, number, number] => [40 + 4 * k, 200 - 3 * k, 90];

/** Row k of a state or an action: value i is `base + i + k / 100`. */
export const rows = (count: number, width: number, base = 0): Float32Array =>
  Float32Array.from({ length: count * width }, (_, at) => base + (at % width) + Math.floor(at / width) / 100);

export interface AlohaOptions {
  readonly count?: number;
  readonly joints?: number;
  readonly cameras?: readonly string[];
  readonly width?: number;
  readonly height?: number;
  readonly jpeg?: boolean;
}

/** One episode as ACT's recorder writes it. */
export async function aloha(path: string, options: AlohaOptions = {}): Promise<string> {
  const { count = 12, joints = 14, cameras = ['top'], width = WIDTH, height = HEIGHT, jpeg = false } = options;
  const packed = jpeg ? await jpegs(count, width, height) : null;
  return hdf5(path, (file) => {
    file.create_attribute('sim', 1);
    file.create_attribute('compress', jpeg ? 1 : 0);
    file.create_group('observations');
    file.create_group('observations/images');
    file.create_dataset({ name: 'observations/qpos', data: rows(count, joints), shape: [count, joints] });
    file.create_dataset({ name: 'observations/qvel', data: rows(count, joints), shape: [count, joints] });
    file.create_dataset({ name: 'action', data: rows(count, joints, 0.5), shape: [count, joints] });
    for (const camera of cameras) {
      const name = `observations/images/${camera}`;
      if (packed) file.create_dataset({ name, data: packed.data, shape: [count, packed.length] });
      else {
        const shape = [count, height, width, 3];
        file.create_dataset({ name, data: pictures(count, width, height), shape, chunks: [1, height, width, 3] });
      }
    }
  });
}

/** JPEGs filled up with zeros to the longest, as ACT stores them. */
export async function jpegs(count: number, width = WIDTH, height = HEIGHT) {
  const { encode } = await import('jpeg-js');
  const one = Array.from({ length: count }, (_, k) => {
    const rgba = Buffer.alloc(width * height * 4, 255);
    for (let i = 0; i < width * height; i++) rgba.set(colourOf(k), i * 4);
    return encode({ data: rgba, width, height }, 95).data;
  });
  const length = Math.max(...one.map((jpeg) => jpeg.length)) + 7;
  const data = new Uint8Array(count * length);
  for (const [k, jpeg] of one.entries()) data.set(jpeg, k * length);
  return { data, length };
}

/** A file of demonstrations as robomimic writes it. */
export async function robomimic(path: string, options: { demos?: number; count?: number; images?: boolean } = {}) {
  const { demos = 2, count = 12, images = true } = options;
  return hdf5(path, (file) => {
    file.create_group('data');
    const data = file.get('data');
    if (!data || !('create_attribute' in data)) throw new Error('no group');
    const env = { env_name: 'Lift', env_kwargs: { control_freq: 20, robots: ['Panda'] } };
    data.create_attribute('env_args', JSON.stringify(env));
    data.create_attribute('total', demos * count);
    for (let d = 0; d < demos; d++) {
      const demo = `data/demo_${d}`;
      file.create_group(demo);
      file.create_group(`${demo}/obs`);
      file.create_dataset({ name: `${demo}/actions`, data: rows(count, 7, d), shape: [count, 7] });
      file.create_dataset({ name: `${demo}/obs/robot0_eef_pos`, data: rows(count, 3), shape: [count, 3] });
      file.create_dataset({ name: `${demo}/obs/robot0_gripper_qpos`, data: rows(count, 2, 10), shape: [count, 2] });
      file.create_dataset({ name: `${demo}/obs/object`, data: rows(count, 4, 20), shape: [count, 4] });
      if (images) {
        const shape = [count, HEIGHT, WIDTH, 3];
        file.create_dataset({ name: `${demo}/obs/agentview_image`, data: pictures(count), shape });
      }
      const reward = Float64Array.from({ length: count }, (_, k) => (d === 0 && k === count - 1 ? 1 : 0));
      file.create_dataset({ name: `${demo}/rewards`, data: reward, shape: [count] });
    }
    file.create_group('mask');
    file.create_dataset({ name: 'mask/train', data: ['demo_0'] });
  });
}

/** A CSV table as text: `cell(k, column)` says what stands where. */
export const csv = (
  header: readonly string[],
  count: number,
  cell: (k: number, column: string) => unknown,
  sign = ',',
) =>
  [header, ...Array.from({ length: count }, (_, k) => header.map((column) => cell(k, column)))]
    .map((line) => line.join(sign))
    .join('\n');

export const HEADER = ['time', 'state.shoulder', 'state.gripper', 'action.shoulder', 'action.gripper'];
export const plainCell = (k: number, column: string): number =>
  column === 'time' ? k / 20 : column.startsWith('state') ? k / 10 : k / 10 + 0.5;
