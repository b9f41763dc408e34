// A film whose every picture says its own number in twelve black or white blocks, for cameras that are files.
import { closeSync, openSync, writeSync } from 'node:fs';

export const COLUMNS = 4;
export const ROWS = 3;
const BITS = 10;

/** The blocks of picture `n`, row by row: ten bits of n, then how many of them are set, modulo 4. */
export function blocksOf(n) {
  const bits = Array.from({ length: BITS }, (_, i) => (n >> i) & 1);
  const set = bits.reduce((sum, bit) => sum + bit, 0) % 4;
  return [...bits, set & 1, set >> 1];
}

/** The number in twelve brightnesses (0–255); null when they do not agree with one another. */
export function numberIn(brightness) {
  const bits = brightness.map((value) => (value > 128 ? 1 : 0));
  const n = bits.slice(0, BITS).reduce((sum, bit, i) => sum + (bit << i), 0);
  return blocksOf(n).every((bit, i) => bit === bits[i]) ? n : null;
}

/** Writes pictures 0 … count-1 as uncompressed Y4M, which Chromium plays as a camera, over and over. */
export function writeClip(path, { width, height, fps, count }) {
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const picture = Buffer.alloc((width * height * 3) / 2, 128);
  for (let n = 0; n < count; n++) {
    const blocks = blocksOf(n);
    for (let row = 0; row < ROWS; row++) {
      const line = Buffer.alloc(width);
      for (let column = 0; column < COLUMNS; column++) {
        line.fill(
          blocks[row * COLUMNS + column] ? 220 : 30,
          (column * width) / COLUMNS,
          ((column + 1) * width) / COLUMNS,
        );
      }
      for (let y = (row * height) / ROWS; y < ((row + 1) * height) / ROWS; y++) line.copy(picture, y * width);
    }
    writeSync(file, 'FRAME\n');
    writeSync(file, picture);
  }
  closeSync(file);
}
