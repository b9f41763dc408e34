import { Bins, deviation, type Measured, quantiles } from './measure';

/**
 * Pixel statistics of an episode's video by LeRobot's rule (lerobot 0.6.1, datasets/compute_stats.py): n^0.75 frames,
 * at least 100, evenly spread; of larger pictures every f-th pixel of every f-th line; values 0–1 per colour. Colours
 * are those of LeRobot's decoders, to the bit: swscale's fixed-point conversion with the chroma of the nearest sample.
 */
export function sampledFrames(length: number): number[] {
  const wanted = Math.max(Math.min(100, length), Math.min(Math.floor(length ** 0.75), 10_000));
  if (wanted === 1) return [0];
  const step = (length - 1) / (wanted - 1);
  return Array.from({ length: wanted }, (_, i) => (i === wanted - 1 ? length - 1 : halfToEven(i * step)));
}

const halfToEven = (x: number): number => {
  const low = Math.floor(x);
  return x - low === 0.5 ? low + (low % 2) : Math.round(x);
};

/** Every how manieth pixel is looked at. */
export function pixelStride(width: number, height: number): number {
  if (Math.max(width, height) < 300) return 1;
  return Math.floor(Math.max(width, height) / 150);
}

export interface Planes {
  readonly data: Uint8Array;
  /** Y, U, V. */
  readonly layout: readonly { readonly offset: number; readonly stride: number }[];
  readonly width: number;
  readonly height: number;
}
export interface ColourSpace {
  readonly matrix?: string | null;
  readonly fullRange?: boolean | null;
}

/** swscale's coefficients for V→R, U→B, U→G, V→G, in 1 / 65536. Unmarked video is BT.601, limited range. */
const BT601 = [104597, 132201, 25675, 53279] as const;
const MATRIX: Record<string, readonly [number, number, number, number]> = {
  bt709: [117489, 138438, 13975, 34925],
  'bt2020-ncl': [110013, 140363, 12277, 42626],
};

/** What each byte of a plane adds to a colour. */
function tables({ matrix, fullRange }: ColourSpace) {
  const full = fullRange === true;
  const gains = (MATRIX[matrix ?? ''] ?? BT601).map((c) => (full ? Math.trunc((c * 224) / 255) : c));
  const fixed = (c: number) => (c * (1 << 13) + (1 << 15)) >> 16;
  const luma = fixed(full ? 1 << 16 : Math.floor(((1 << 16) * 255) / 219));
  const chroma = (gain: number) => Int32Array.from({ length: 256 }, (_, v) => ((v * 8 - 1024) * gain) >> 16);
  const [vr, ub, ug, vg] = gains as [number, number, number, number];
  return {
    y: Int32Array.from({ length: 256 }, (_, v) => ((v * 8 - (full ? 0 : 128)) * luma) >> 16),
    vr: chroma(fixed(vr)),
    ub: chroma(fixed(ub)),
    ug: chroma(fixed(-ug)),
    vg: chroma(fixed(-vg)),
  };
}

export class PixelStats {
  readonly #counts = [new Float64Array(256), new Float64Array(256), new Float64Array(256)] as const;
  /** As numpy adds float32: one value after the other, each sum rounded. */
  readonly #sums = new Float32Array(3);
  readonly #squares = new Float32Array(3);
  #frames = 0;
  #key = '';
  #tables = tables({});

  get frames(): number {
    return this.#frames;
  }

  /** One sampled picture, 4:2:0. */
  add({ data, layout, width, height }: Planes, colour: ColourSpace): void {
    const key = `${colour.matrix} ${colour.fullRange}`;
    if (this.#key !== key) this.#tables = tables(colour);
    this.#key = key;
    const { y: luma, vr, ub, ug, vg } = this.#tables;
    const [y, u, v] = layout as [Planes['layout'][0], Planes['layout'][0], Planes['layout'][0]];
    const [reds, greens, blues] = this.#counts;
    let [r = 0, g = 0, b = 0] = this.#sums;
    let [rr = 0, gg = 0, bb = 0] = this.#squares;
    const step = pixelStride(width, height);
    for (let j = 0; j < height; j += step) {
      const lumaLine = y.offset + j * y.stride;
      const uLine = u.offset + (j >> 1) * u.stride;
      const vLine = v.offset + (j >> 1) * v.stride;
      for (let i = 0; i < width; i += step) {
        const light = luma[data[lumaLine + i] as number] as number;
        const cb = data[uLine + (i >> 1)] as number;
        const cr = data[vLine + (i >> 1)] as number;
        const red = byte(light + (vr[cr] as number));
        const green = byte(light + (ug[cb] as number) + (vg[cr] as number));
        const blue = byte(light + (ub[cb] as number));
        (reds[red] as number)++;
        (greens[green] as number)++;
        (blues[blue] as number)++;
        r = Math.fround(r + red);
        g = Math.fround(g + green);
        b = Math.fround(b + blue);
        rr = Math.fround(rr + red * red);
        gg = Math.fround(gg + green * green);
        bb = Math.fround(bb + blue * blue);
      }
    }
    this.#sums.set([r, g, b]);
    this.#squares.set([rr, gg, bb]);
    this.#frames++;
  }

  /** Per colour, in 0–1. Meaningless before the first picture. */
  result(): Measured[] {
    return this.#counts.map((counts, c) => {
      const pixels = counts.reduce((sum, n) => sum + n, 0);
      const min = counts.findIndex((n) => n > 0);
      const max = 255 - [...counts].reverse().findIndex((n) => n > 0);
      const bins = new Bins(min, max, 'float32');
      const tallies = new Map<number, number>();
      for (let value = min; value <= max; value++) {
        const bin = bins.of(value);
        const more = counts[value] as number;
        if (more > 0) tallies.set(bin, (tallies.get(bin) ?? 0) + more);
      }
      const mean = Math.fround((this.#sums[c] as number) / pixels);
      const std = deviation(mean, Math.fround((this.#squares[c] as number) / pixels), Math.fround);
      const at = quantiles(bins, tallies, pixels);
      const scaled = Object.entries({ min, max, mean, std, ...at }).map(([name, value]) => [name, value / 255]);
      return Object.fromEntries(scaled) as Measured;
    });
  }
}

const byte = (value: number): number => Math.min(255, Math.max(0, value));
