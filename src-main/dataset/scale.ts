/**
 * Area-average scaling of planar 4:2:0 pictures to small RGB. Each output pixel is the mean of the source area it
 * covers, parts of pixels counted by their share, so that shrinking does not alias. The planes are scaled first and
 * only the few remaining pixels are turned into RGB.
 */
export interface Plane {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** What of the source makes one output sample: `count[i]` weights from `first[i]` on. */
interface Shares {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** Row i begins at i * most. */
  readonly weight: Float32Array;
  readonly most: number;
}

function shares(from: number, to: number): Shares {
  const step = from / to;
  const most = Math.ceil(step) + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weight = new Float32Array(to * most);
  for (let i = 0; i < to; i++) {
    const low = i * step;
    const high = Math.min(from, (i + 1) * step);
    const start = Math.min(from - 1, Math.floor(low));
    const end = Math.max(start + 1, Math.min(from, Math.ceil(high - 1e-9)));
    first[i] = start;
    count[i] = end - start;
    let sum = 0;
    for (let s = start; s < end; s++) {
      const share = Math.max(1e-9, Math.min(high, s + 1) - Math.max(low, s));
      weight[i * most + s - start] = share;
      sum += share;
    }
    for (let s = 0; s < end - start; s++) weight[i * most + s] = (weight[i * most + s] as number) / sum;
  }
  return { first, count, weight, most };
}

/** Scales one plane; made once for a size, used for every frame. */
export class AreaScaler {
  readonly #x: Shares;
  readonly #y: Shares;
  /** One source line, already as narrow as the result. */
  readonly #line: Float32Array;
  readonly #sum: Float32Array;
  readonly out: Float32Array;

  constructor(
    from: { readonly width: number; readonly height: number },
    private readonly to: { readonly width: number; readonly height: number },
  ) {
    this.#x = shares(from.width, to.width);
    this.#y = shares(from.height, to.height);
    this.#line = new Float32Array(to.width);
    this.#sum = new Float32Array(to.width);
    this.out = new Float32Array(to.width * to.height);
  }

  /** H × W values in the source's own range. The result is overwritten by the next call. */
  scale(plane: Plane): Float32Array {
    const { data, offset, stride } = plane;
    const { first, count, weight, most } = this.#y;
    const { width } = this.to;
    const line = this.#line;
    const sum = this.#sum;
    let known = -1;
    for (let j = 0; j < this.to.height; j++) {
      sum.fill(0);
      for (let r = 0; r < (count[j] as number); r++) {
        const row = (first[j] as number) + r;
        // A line that is shared by two output lines is narrowed once.
        if (row !== known) this.#narrow(data, offset + row * stride);
        known = row;
        const w = weight[j * most + r] as number;
        for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + w * (line[i] as number);
      }
      this.out.set(sum, j * width);
    }
    return this.out;
  }

  /** All pixels between the first and the last that make an output pixel count alike: most of the work is whole sums. */
  #narrow(data: Uint8Array, start: number): void {
    const { first, count, weight, most } = this.#x;
    const line = this.#line;
    for (let i = 0; i < line.length; i++) {
      const begin = start + (first[i] as number);
      const last = begin + (count[i] as number) - 1;
      const at = i * most;
      let value = (weight[at] as number) * (data[begin] as number);
      if (last > begin) {
        let inner = 0;
        for (let p = begin + 1; p < last; p++) inner += data[p] as number;
        value += (weight[at + 1] as number) * inner + (weight[at + last - begin] as number) * (data[last] as number);
      }
      line[i] = value;
    }
  }
}

/** How a video codes colour (ITU-T H.273). Unmarked video is taken as BT.601, limited range, as decoders do. */
export interface Colour {
  readonly matrix: string | null | undefined;
  readonly fullRange: boolean | null | undefined;
}

/** Kr and Kb of the luma equation. */
const LUMA: Record<string, readonly [number, number]> = {
  bt709: [0.2126, 0.0722],
  'bt2020-ncl': [0.2627, 0.0593],
};

/** Three scaled planes of equal size → H × W × 3 bytes. */
export function toRgb(y: Float32Array, u: Float32Array, v: Float32Array, colour: Colour, out: Uint8Array): void {
  const [kr, kb] = LUMA[colour.matrix ?? ''] ?? [0.299, 0.114];
  const kg = 1 - kr - kb;
  const full = colour.fullRange === true;
  const black = full ? 0 : 16;
  const gain = full ? 1 : 255 / 219;
  const chroma = full ? 1 : 255 / 224;
  const rv = 2 * (1 - kr) * chroma;
  const bu = 2 * (1 - kb) * chroma;
  const gu = (bu * kb) / kg;
  const gv = (rv * kr) / kg;
  for (let i = 0, o = 0; i < y.length; i++, o += 3) {
    const luma = ((y[i] as number) - black) * gain;
    const cb = (u[i] as number) - 128;
    const cr = (v[i] as number) - 128;
    out[o] = byte(luma + rv * cr);
    out[o + 1] = byte(luma - gu * cb - gv * cr);
    out[o + 2] = byte(luma + bu * cb);
  }
}

const byte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0);
