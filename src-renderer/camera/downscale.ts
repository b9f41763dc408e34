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
): Uint8Array<ArrayBuffer> {
  const columns = spans(width, outWidth);
  const rows = spans(height, outHeight);
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

function spans(length: number, count: number): Span[] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    const a = i * step;
    const b = a + step;
    const from = Math.min(length - 1, Math.max(0, Math.floor(a)));
    const to = Math.min(length, Math.max(from + 1, Math.ceil(b - 1e-9)));
    const overlaps = Array.from({ length: to - from }, (_, p) =>
      Math.max(0, Math.min(b, from + p + 1) - Math.max(a, from + p)),
    );
    const sum = overlaps.reduce((s, w) => s + w, 0);
    return { from, weights: sum > 0 ? overlaps.map((w) => w / sum) : [1, ...overlaps.slice(1)] };
  });
}
