import type { EncodedVideo } from '../../src-main/core/episode';
import { encodeH264 } from '../support/h264';

export type Rgb = readonly [number, number, number];

/** Encodes `count` pictures to H.264 as the app's renderer does. `paint` gives each one's colour, left and right half. */
export function encodeClip(
  count: number,
  width = 64,
  height = 48,
  paint: (k: number) => readonly [Rgb, Rgb] = greyRamp,
): Promise<EncodedVideo> {
  const pixels = (k: number) => {
    const [left, right] = paint(k);
    const bytes = new Uint8Array(width * height * 4);
    const words = new Uint32Array(bytes.buffer);
    const word = ([r, g, b]: Rgb) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    for (let y = 0; y < height; y++) {
      words.fill(word(left), y * width, y * width + width / 2);
      words.fill(word(right), y * width + width / 2, (y + 1) * width);
    }
    return bytes;
  };
  return encodeH264({ count, width, height, bitrate: 1_000_000, pixels, taken: () => 0 });
}

/** Picture k tells its own number: 2 levels of grey a frame. */
export const greyRamp = (k: number): readonly [Rgb, Rgb] => [
  [k * 2, k * 2, k * 2],
  [255 - k * 2, 255 - k * 2, 255 - k * 2],
];
