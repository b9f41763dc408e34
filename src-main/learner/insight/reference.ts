import type { Samples } from '../samples';

/** Rows of the demonstrations that a policy keeps, to tell what is like them and what is not. */
export interface Reference {
  /** W: proprioception and task state. */
  readonly width: number;
  /** N × W, N ≤ `MOST`, normalised. */
  readonly rows: Float32Array;
  /** Distances to the nearest of these rows that are usual for rows which were not learnt from. */
  readonly typical: { readonly median: number; readonly p95: number };
}

const MOST = 512;
/** No distance counts as larger than usual below this: demonstrations that are all alike would make everything new. */
const LEAST = 0.05;

/**
 * Evenly drawn rows, and how far rows of an episode that is not among them usually are: held-out ones, and each kept row
 * from those of the other episodes, for a few held-out episodes alone say little about where the next one will be.
 */
export function referenceOf(samples: Samples): Reference {
  const width = samples.joints + samples.environment;
  const kept = evenly(samples.train, MOST);
  const rows = normalised(samples, kept, width);
  const unseen = [...kept, ...evenly(samples.heldOut, MOST)];
  const shown = normalised(samples, unseen, width);
  const starts = kept.map((row) => samples.starts[row] as number);
  const several = starts.some((start) => start !== starts[0]);
  const distances = unseen.map((row, i) => {
    // A row's own episode tells nothing: the rows before and after it are as good as itself.
    const own = (n: number) => (several ? starts[n] === samples.starts[row] : kept[n] === row);
    return nearest(rows, width, shown.subarray(i * width, (i + 1) * width), own);
  });
  const sorted = distances.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number) =>
    Math.max(LEAST, sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { width, rows, typical: { median: at(0.5), p95: at(0.95) } };
}

/** Root mean square of the differences to the nearest row, in spreads of the demonstrations. Infinite without a row. */
export function nearest(
  rows: Float32Array,
  width: number,
  point: Float32Array,
  skip: (row: number) => boolean = () => false,
): number {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0, at = 0; at < rows.length; n++, at += width) {
    let sum = 0;
    for (let i = 0; i < width && sum < best; i++) {
      const difference = (rows[at + i] as number) - (point[i] as number);
      sum += difference * difference;
    }
    if (sum < best && !skip(n)) best = sum;
  }
  return Math.sqrt(best / Math.max(1, width));
}

/** How far a point is, as a ratio: up to 1 is usual for what was not learnt from (19 of 20 held-out rows are nearer). */
export const strangeness = ({ rows, width, typical }: Reference, point: Float32Array): number =>
  nearest(rows, width, point) / Math.max(LEAST, typical.p95);

function evenly(rows: Int32Array, most: number): number[] {
  const count = Math.min(most, rows.length);
  return Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)] as number);
}

function normalised({ inputs, features, inputScale }: Samples, rows: readonly number[], width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (const [n, row] of rows.entries()) {
    for (let i = 0; i < width; i++) out[n * width + i] = inputScale.forward(i, inputs[row * features + i] as number);
  }
  return out;
}
