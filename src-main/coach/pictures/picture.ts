import { z } from 'zod';
import { median } from '../robust';

/** A thumbnail of this many cells tells one camera's view from another's. */
export const GRID = { across: 8, down: 6 } as const;

/** What is kept of one camera's pictures in an episode; 0–1 unless said otherwise. */
export const pictureSchema = z.object({
  /** Mean luma (BT.601), median of the samples. */
  brightness: z.number().min(0).max(1),
  /** Share of pixels that are white beyond telling (luma ≥ 250 of 255). */
  white: z.number().min(0).max(1),
  /** Fine detail, see `sharpness`; median of the samples. */
  sharpness: z.number().min(0),
  /** Steps from sample to sample in which the arm moved well, and those of them in which the picture did not change. */
  moves: z.number().int().min(0),
  still: z.number().int().min(0),
  /** Rows from which to which it stands; null when it does not. */
  frozen: z.tuple([z.number().int().min(0), z.number().int().min(0)]).nullable(),
  /** Luma (0–1) of `GRID` cells, row by row, mean of the samples. */
  view: z.array(z.number()).length(GRID.across * GRID.down),
});
export type PictureMeasure = z.infer<typeof pictureSchema>;

/** One sampled picture: luma 0–255, row by row, of the episode's row `row`. */
export interface Sample {
  readonly row: number;
  readonly width: number;
  readonly height: number;
  readonly luma: Float32Array;
}

/** RGB bytes to luma (ITU-R BT.601). */
export function lumaOf(rgb: Uint8Array): Float32Array {
  const luma = new Float32Array(rgb.length / 3);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = 0.299 * (rgb[3 * i] as number) + 0.587 * (rgb[3 * i + 1] as number) + 0.114 * (rgb[3 * i + 2] as number);
  }
  return luma;
}

/** Pictures with less variance than this (luma 0–255, squared) have nothing to be sharp in. */
const FLAT = 4;

/**
 * Variance of the 4-neighbour Laplacian over the variance of luma: low when there are no fine edges, and the same in a
 * darker light. J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR
 * 2000. Only comparable within one camera.
 */
export function sharpness({ luma, width, height }: Sample): number {
  const edges = new Moments();
  const light = new Moments();
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const here = luma[i] as number;
      const around =
        (luma[i - 1] as number) + (luma[i + 1] as number) + (luma[i - width] as number) + (luma[i + width] as number);
      edges.add(around - 4 * here);
      light.add(here);
    }
  }
  return edges.variance / Math.max(FLAT, light.variance);
}

class Moments {
  #n = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#n++;
    this.#sum += value;
    this.#squares += value * value;
  }

  get variance(): number {
    return this.#n > 0 ? Math.max(0, this.#squares / this.#n - (this.#sum / this.#n) ** 2) : 0;
  }
}

/** Luma 0–1 of `GRID` cells. */
export function viewOf({ luma, width, height }: Sample): number[] {
  const { across, down } = GRID;
  const sums = new Float64Array(across * down);
  const counts = new Float64Array(across * down);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * down) / height) * across + Math.floor((x * across) / width);
      sums[cell] = (sums[cell] as number) + (luma[y * width + x] as number) / 255;
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  return Array.from(sums, (sum, i) => Number((sum / Math.max(1, counts[i] as number)).toFixed(3)));
}

/** Pictures that differ by less than this per pixel on average (luma of 255), and this at most in any cell, are the same. */
const SAME = { mean: 0.8, cell: 2 / 255 };

function same(a: Sample, b: Sample): boolean {
  let sum = 0;
  for (let i = 0; i < a.luma.length; i++) sum += Math.abs((a.luma[i] as number) - (b.luma[i] as number));
  if (sum / a.luma.length > SAME.mean) return false;
  const [u, v] = [viewOf(a), viewOf(b)];
  return u.every((value, i) => Math.abs(value - (v[i] ?? 0)) <= SAME.cell);
}

/** `moved(a, b)`: whether the arm moved well between these rows. Samples in order of time. */
export function pictureMeasure(samples: readonly Sample[], moved: (a: number, b: number) => boolean): PictureMeasure {
  let moves = 0;
  let still = 0;
  let frozen: [number, number] | null = null;
  for (let n = 1; n < samples.length; n++) {
    const [a, b] = [samples[n - 1] as Sample, samples[n] as Sample];
    if (!moved(a.row, b.row)) continue;
    moves++;
    if (!same(a, b)) continue;
    still++;
    frozen = frozen ? [frozen[0], b.row] : [a.row, b.row];
  }
  const lumas = samples.map(({ luma }) => luma.reduce((sum, v) => sum + v, 0) / Math.max(1, luma.length) / 255);
  const whites = samples.map(({ luma }) => luma.reduce((n, v) => n + (v >= 250 ? 1 : 0), 0) / Math.max(1, luma.length));
  const views = samples.map(viewOf);
  const cells = GRID.across * GRID.down;
  return {
    brightness: Math.min(1, median(lumas)),
    white: median(whites),
    sharpness: median(samples.map(sharpness)),
    moves,
    still,
    frozen,
    view: Array.from({ length: cells }, (_, i) => {
      const sum = views.reduce((total, view) => total + (view[i] ?? 0), 0);
      return Number((sum / Math.max(1, views.length)).toFixed(3));
    }),
  };
}
