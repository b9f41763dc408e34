/** A rectangle of a picture, pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The largest centred part of a picture that has the wanted shape: nothing is stretched. */
export function cover(width: number, height: number, wantWidth: number, wantHeight: number): Crop {
  const scale = Math.min(width / wantWidth, height / wantHeight);
  const w = wantWidth * scale;
  const h = wantHeight * scale;
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}

/**
 * Area-averaged scaling: each output pixel is the mean of the input it covers, weighted by overlap.
 * `rgba`: H × W × 4 bytes → H' × W' × 3 bytes (alpha dropped). Works for any ratio; enlarging repeats pixels.
 */
export function areaScale(
  rgba: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  crop: Crop = { x: 0, y: 0, width, height },
): Uint8Array<ArrayBuffer> {
  const columns = spans(crop.x, crop.width, outWidth, width);
  const rows = spans(crop.y, crop.height, outHeight, height);
  const out = new Uint8Array(outWidth * outHeight * 3);
  for (let oy = 0; oy < outHeight; oy++) {
    const row = rows[oy] as Span;
    for (let ox = 0; ox < outWidth; ox++) {
      const column = columns[ox] as Span;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let y = 0; y < row.weights.length; y++) {
        const wy = row.weights[y] as number;
        let at = ((row.from + y) * width + column.from) * 4;
        for (let x = 0; x < column.weights.length; x++, at += 4) {
          const w = wy * (column.weights[x] as number);
          r += w * (rgba[at] as number);
          g += w * (rgba[at + 1] as number);
          b += w * (rgba[at + 2] as number);
        }
      }
      const to = (oy * outWidth + ox) * 3;
      out[to] = Math.round(r);
      out[to + 1] = Math.round(g);
      out[to + 2] = Math.round(b);
    }
  }
  return out;
}

interface Span {
  readonly from: number;
  /** One weight per input pixel from `from` on; they sum to 1. */
  readonly weights: readonly number[];
}

function spans(start: number, length: number, count: number, limit: number): Span[] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    const a = start + i * step;
    const b = a + step;
    const from = Math.min(limit - 1, Math.max(0, Math.floor(a)));
    const to = Math.min(limit, Math.max(from + 1, Math.ceil(b - 1e-9)));
    const overlaps = Array.from({ length: to - from }, (_, p) =>
      Math.max(0, Math.min(b, from + p + 1) - Math.max(a, from + p)),
    );
    const sum = overlaps.reduce((s, w) => s + w, 0);
    return { from, weights: sum > 0 ? overlaps.map((w) => w / sum) : [1, ...overlaps.slice(1)] };
  });
}
