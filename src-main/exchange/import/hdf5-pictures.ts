import type { EncodedVideo } from '../../core/episode';
import type { Hdf5, Hdf5Array } from './hdf5';
import { decodeJpeg, jpegSize } from './jpeg';
import { broken, checkPicture, even, strange } from './limits';
import { PictureEncoder, rgbToPlanes } from './picture-encoder';
import type { Step } from './types';

/** A camera's pictures in an HDF5 file: one row a picture. */
export interface PictureArray {
  readonly array: Hdf5Array;
  readonly width: number;
  readonly height: number;
  /** Each row is a JPEG, filled up with zeros; otherwise plain RGB. */
  readonly jpeg: boolean;
}

/**
 * Pictures at `path`: [T, H, W, 3] bytes are RGB, [T, L] bytes are JPEGs. Null where there is no picture of either kind
 * (a depth image, say).
 */
export function picturesAt(file: Hdf5, path: string): PictureArray | null {
  const array = file.array(path);
  if (array.type !== 'integer' || array.size !== 1) return null;
  const [, height = 0, width = 0, colours] = array.shape;
  if (array.shape.length === 4 && colours === 3) {
    checkPicture(`${file.path} ${path}`, width, height);
    return { array, width, height, jpeg: false };
  }
  if (array.shape.length !== 2) return null;
  const first = array.read(0, 1);
  const size = first instanceof Uint8Array ? jpegSize(first) : null;
  if (!size) throw broken(file.path, `${path} holds neither RGB pictures nor JPEGs`);
  checkPicture(`${file.path} ${path}`, size.width, size.height);
  return { array, ...size, jpeg: true };
}

export interface VideoPlan {
  /** Must be the size of every picture (less an odd column or row). */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly cameras: number;
  /** When each picture was taken: one for each row. */
  readonly times: readonly number[];
}

/** Encodes a camera's pictures, a few at a time. */
export async function encodePictures(
  file: string,
  pictures: PictureArray,
  plan: VideoPlan,
  step: Step,
): Promise<EncodedVideo> {
  const { array, width, height, jpeg } = pictures;
  const { times, fps, cameras } = plan;
  if (array.rows !== times.length)
    throw broken(file, `${array.name} has ${array.rows} pictures for ${times.length} rows`);
  if (even(width) !== plan.width || even(height) !== plan.height) {
    const tip = 'Import episodes with other pictures into a dataset of their own.';
    throw strange(file, `${array.name} has pictures of ${width}×${height}, not ${plan.width}×${plan.height}`, tip);
  }
  const encoder = await PictureEncoder.open({
    file,
    width: plan.width,
    height: plan.height,
    fps,
    frames: times.length,
    cameras,
  });
  const out = new Uint8Array((plan.width * plan.height * 3) / 2);
  try {
    for (let from = 0; from < array.rows; from += array.slab) {
      const values = array.read(from, from + array.slab);
      if (!(values instanceof Uint8Array)) throw broken(file, `${array.name} does not hold bytes`);
      for (let k = from; k < Math.min(from + array.slab, array.rows); k++) {
        const row = values.subarray((k - from) * array.width, (k - from + 1) * array.width);
        const rgba = jpeg ? await decodeJpeg(row, { width, height }, file, `picture ${k} of ${array.name}`) : null;
        await encoder.add(k, rgba ? rgbToPlanes(rgba, width, height, out, 4) : rgbToPlanes(row, width, height, out));
        step((k + 1) / array.rows);
      }
    }
    return await encoder.finish(times);
  } finally {
    encoder.close();
  }
}
