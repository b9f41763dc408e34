import type { Look } from '../../../src-main/core/insight';

/** Draws a picture as the policy saw it and, when given, a map over it: what counts stays bright, the rest is dimmed. */
export function drawLook(canvas: HTMLCanvasElement, look: Look, map: Float32Array | null): void {
  const { width, height, picture, columns, rows } = look;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.putImageData(opaque(picture, width, height), 0, 0);
  if (!map) return;
  const veil = document.createElement('canvas');
  veil.width = columns;
  veil.height = rows;
  veil.getContext('2d')?.putImageData(veilOf(map, columns, rows), 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(veil, 0, 0, width, height);
}

function opaque(rgb: Uint8Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
    image.data[i * 4 + 3] = 255;
  }
  return image;
}

/** Dark where nothing counts, clear in between, amber where most does. */
function veilOf(map: Float32Array, columns: number, rows: number): ImageData {
  const image = new ImageData(columns, rows);
  for (let i = 0; i < map.length; i++) {
    const value = map[i] ?? 0;
    const dark = value < 0.5;
    const alpha = dark ? 0.72 * (1 - 2 * value) : 0.6 * (2 * value - 1);
    image.data.set(dark ? [8, 10, 14] : [255, 170, 40], i * 4);
    image.data[i * 4 + 3] = 255 * alpha;
  }
  return image;
}
