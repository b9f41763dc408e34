import type { EncodedVideo } from '../../src-main/core/episode';
import { encodeH264 } from '../support/h264';

export const WIDTH = 160;
export const HEIGHT = 120;

/** Grey value of pixel x, y in picture k, 0–255. */
export type Paint = (x: number, y: number, k: number) => number;

const noise = (x: number, y: number, seed: number): number => {
  const v = Math.sin(x * 12.9898 + y * 78.233 + seed * 37.719) * 43758.5453;
  return v - Math.floor(v);
};

/** A table with a pattern and some dirt on it, light at the top (`front`) or on the left (`wrist`), and an arm that moves. */
export const scene =
  (camera: 'front' | 'wrist'): Paint =>
  (x, y, k) => {
    const arm = 20 + ((k * 1.1) % 110);
    if (Math.abs(x - arm) < 9 && y > 30) return 235;
    const light = camera === 'front' ? 150 - 0.8 * y : 40 + 0.8 * x;
    const squares = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0 ? 18 : -18;
    return light + squares + 14 * (noise(x, y, camera === 'front' ? 1 : 2) - 0.5);
  };

export const dim =
  (paint: Paint, by: number): Paint =>
  (x, y, k) =>
    paint(x, y, k) * by;

export const glare =
  (paint: Paint): Paint =>
  (x, y, k) =>
    x > 50 ? 255 : paint(x, y, k) * 1.3;

/** Mean of 7 × 7 pixels: out of focus. */
export const soften =
  (paint: Paint): Paint =>
  (x, y, k) => {
    let sum = 0;
    for (let i = -3; i <= 3; i++) for (let j = -3; j <= 3; j++) sum += paint(x + i, y + j, k);
    return sum / 49;
  };

/** Shows the picture of row `at` from then on. */
export const freeze =
  (paint: Paint, at: number): Paint =>
  (x, y, k) =>
    paint(x, y, Math.min(k, at));

/** Encodes to H.264 as the app's page does, a key frame every second. `times`: when each picture was taken. */
export function film(paint: Paint, times: readonly number[]): Promise<EncodedVideo> {
  const pixels = (k: number) => {
    const bytes = new Uint8Array(WIDTH * HEIGHT * 4);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const grey = Math.max(0, Math.min(255, Math.round(paint(x, y, k))));
        bytes.set([grey, grey, grey, 255], 4 * (y * WIDTH + x));
      }
    }
    return bytes;
  };
  const size = { width: WIDTH, height: HEIGHT, bitrate: 2_000_000 };
  return encodeH264({ count: times.length, ...size, pixels, taken: (k) => times[k] ?? 0 });
}
