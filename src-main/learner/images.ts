import type { Dataset, EpisodeInfo } from '../core/episode';
import type { Random } from '../core/random';
import type { CameraSpec, Image } from '../core/types';

/** Fills `into` (rows × height × width × 3, uint8) with one episode's pictures of one camera; rejects when any is missing. */
export type FrameReader = (
  dataset: Dataset,
  episode: EpisodeInfo,
  camera: CameraSpec,
  into: Uint8Array,
) => Promise<void>;

/**
 * Scales by averaging the source pixels under each target pixel (box filter); no crop, so the picture may be squeezed.
 * H × W × 3 → height × width × 3.
 */
export function resize(image: Image, width: number, height: number): Uint8Array {
  if (image.width === width && image.height === height) return image.data;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const y0 = Math.floor((y * image.height) / height);
    const y1 = Math.max(y0 + 1, Math.floor(((y + 1) * image.height) / height));
    for (let x = 0; x < width; x++) {
      const x0 = Math.floor((x * image.width) / width);
      const x1 = Math.max(x0 + 1, Math.floor(((x + 1) * image.width) / width));
      let r = 0;
      let g = 0;
      let b = 0;
      for (let v = y0; v < y1; v++) {
        for (let u = x0; u < x1; u++) {
          const at = (v * image.width + u) * 3;
          r += image.data[at] ?? 0;
          g += image.data[at + 1] ?? 0;
          b += image.data[at + 2] ?? 0;
        }
      }
      const n = (y1 - y0) * (x1 - x0);
      const to = (y * width + x) * 3;
      out[to] = r / n + 0.5;
      out[to + 1] = g / n + 0.5;
      out[to + 2] = b / n + 0.5;
    }
  }
  return out;
}

/**
 * Writes one frame (height × width × 3, uint8) into a float batch, as −0.5..0.5, moved by (dx, dy) pixels; pixels from
 * beyond the edge repeat the edge (random shift: Kostrikov et al. 2020, "Image Augmentation Is All You Need").
 */
export function placeFrame(
  source: Uint8Array,
  from: number,
  target: Float32Array,
  to: number,
  size: { width: number; height: number },
  dx = 0,
  dy = 0,
): void {
  const { width, height } = size;
  const last = height - 1;
  for (let y = 0; y < height; y++) {
    const v = Math.max(0, Math.min(last, y + dy));
    const row = from + v * width * 3;
    const out = to + y * width * 3;
    for (let x = 0; x < width; x++) {
      const u = Math.max(0, Math.min(width - 1, x + dx));
      const at = row + u * 3;
      const put = out + x * 3;
      target[put] = (source[at] as number) / 255 - 0.5;
      target[put + 1] = (source[at + 1] as number) / 255 - 0.5;
      target[put + 2] = (source[at + 2] as number) / 255 - 0.5;
    }
  }
}

/**
 * Changes brightness, contrast and the balance of colours of one picture (−0.5..0.5, in place), as another lamp or
 * another camera would. @param strength 0..1
 */
export function tint(pixels: Float32Array, strength: number, random: Random): void {
  const gain = 1 + 0.4 * strength * random.between(-1, 1);
  const shifts = [0, 0, 0].map(() => 0.1 * strength * random.between(-1, 1));
  const all = 0.2 * strength * random.between(-1, 1);
  for (let i = 0; i < pixels.length; i++) {
    const value = (pixels[i] as number) * gain + all + (shifts[i % 3] as number);
    pixels[i] = Math.max(-0.5, Math.min(0.5, value));
  }
}
