/**
 * The arithmetic of LeRobot's statistics (lerobot 0.6.1, datasets/compute_stats.py, `RunningQuantileStats`), step by
 * step: sums in the column's own precision in numpy's order, the deviation as √(E[x²] − E[x]²), quantiles read off a
 * histogram of 5,000 bins. In float32 that is not the last word in numerics – a joint that never moves gets a small
 * deviation – but a dataset should carry the numbers that LeRobot itself would find in it.
 */
export type Precision = 'float32' | 'float64';
export interface Measured {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly q01: number;
  readonly q10: number;
  readonly q50: number;
  readonly q90: number;
  readonly q99: number;
}

const BINS = 5000;

/** `alone`: the column has one dimension, whose values numpy adds up pairwise; those of a vector it adds in a row. */
export function measure(values: ArrayLike<number>, precision: Precision, alone: boolean): Measured {
  const round = precision === 'float32' ? Math.fround : (x: number) => x;
  const n = values.length;
  const x = precision === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  const squares = precision === 'float32' ? new Float32Array(n) : new Float64Array(n);
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < n; i++) {
    const value = x[i] as number;
    squares[i] = value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const sum = alone ? pairwise : inRow;
  const mean = round(sum(x, 0, n, round) / n);
  if (n < 2) return { min, max, mean, std: 0, q01: mean, q10: mean, q50: mean, q90: mean, q99: mean };
  const meanOfSquares = round(sum(squares, 0, n, round) / n);
  const edges = binEdges(min, max, precision);
  const bins = new Float64Array(BINS);
  for (const value of x) (bins[binOf(edges, value)] as number)++;
  return { min, max, mean, std: deviation(mean, meanOfSquares, round), ...quantiles(edges, bins, n) };
}

export const deviation = (mean: number, meanOfSquares: number, round: (x: number) => number): number =>
  round(Math.sqrt(Math.max(0, round(meanOfSquares - round(mean * mean)))));

type Numbers = Float32Array | Float64Array;

function inRow(x: Numbers, from: number, count: number, round: (x: number) => number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum = round(sum + (x[i] as number));
  return sum;
}

/** numpy's pairwise summation: eight sums side by side in blocks of up to 128. */
function pairwise(x: Numbers, from: number, count: number, round: (x: number) => number): number {
  if (count < 8) return inRow(x, from, count, round);
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8);
    return round(pairwise(x, from, half, round) + pairwise(x, from + half, count - half, round));
  }
  const r = Array.from(x.subarray(from, from + 8));
  const whole = count - (count % 8);
  for (let i = 8; i < whole; i++) r[i % 8] = round((r[i % 8] as number) + (x[from + i] as number));
  const add = (a: number | undefined, b: number | undefined) => round((a as number) + (b as number));
  let sum = add(add(add(r[0], r[1]), add(r[2], r[3])), add(add(r[4], r[5]), add(r[6], r[7])));
  for (let i = whole; i < count; i++) sum = round(sum + (x[from + i] as number));
  return sum;
}

/** `numpy.linspace(min - 1e-10, max + 1e-10, 5001)` in the column's precision. */
export function binEdges(min: number, max: number, precision: Precision): Numbers {
  const round = precision === 'float32' ? Math.fround : (x: number) => x;
  const start = round(min - 1e-10);
  const stop = round(max + 1e-10);
  const delta = round(stop - start);
  const step = round(delta / BINS);
  const edges = precision === 'float32' ? new Float32Array(BINS + 1) : new Float64Array(BINS + 1);
  for (let i = 0; i < BINS; i++) edges[i] = round((step === 0 ? round((i / BINS) * delta) : round(i * step)) + start);
  edges[BINS] = stop;
  return edges;
}

/** The bin a value lies in; the last one includes its upper edge. */
export function binOf(edges: Numbers, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return Math.min(BINS - 1, Math.max(0, low - 1));
}

export function quantiles(edges: Numbers, bins: Float64Array, count: number) {
  const at = (q: number): number => {
    const target = q * count;
    let before = 0;
    for (let i = 0; i < BINS; i++) {
      const inside = bins[i] as number;
      if (before + inside >= target) {
        const low = edges[i] as number;
        if (i === 0 || inside === 0) return low;
        return low + ((target - before) / inside) * ((edges[i + 1] as number) - low);
      }
      before += inside;
    }
    return edges[BINS] as number;
  };
  return { q01: at(0.01), q10: at(0.1), q50: at(0.5), q90: at(0.9), q99: at(0.99) };
}
