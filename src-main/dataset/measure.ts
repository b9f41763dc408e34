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
const QUANTILES = [0.01, 0.1, 0.5, 0.9, 0.99];

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
  const bins = new Bins(min, max, precision);
  const tallies: [number, number][] = [];
  for (const value of x.sort()) {
    const bin = bins.of(value);
    const last = tallies[tallies.length - 1];
    if (last?.[0] === bin) last[1]++;
    else tallies.push([bin, 1]);
  }
  return { min, max, mean, std: deviation(mean, meanOfSquares, round), ...quantiles(bins, tallies, n) };
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

/** The histogram's edges: `numpy.linspace(min - 1e-10, max + 1e-10, 5001)` in the column's precision. */
export class Bins {
  readonly #round: (x: number) => number;
  readonly #start: number;
  readonly #stop: number;
  readonly #delta: number;
  readonly #step: number;

  constructor(min: number, max: number, precision: Precision) {
    const round = precision === 'float32' ? Math.fround : (x: number) => x;
    this.#round = round;
    this.#start = round(min - 1e-10);
    this.#stop = round(max + 1e-10);
    this.#delta = round(this.#stop - this.#start);
    this.#step = round(this.#delta / BINS);
  }

  /** 0 … 5000. */
  edge(i: number): number {
    if (i === BINS) return this.#stop;
    const round = this.#round;
    const along = this.#step === 0 ? round(round(i / BINS) * this.#delta) : round(i * this.#step);
    return round(along + this.#start);
  }

  /** The bin a value of the column lies in: from its lower edge to below its upper one, which only the last includes. */
  of(value: number): number {
    if (this.#step === 0) return value >= this.#stop ? BINS - 1 : 0;
    let bin = Math.min(BINS - 1, Math.max(0, Math.floor((value - this.#start) / this.#step)));
    while (bin > 0 && this.edge(bin) > value) bin--;
    while (bin < BINS - 1 && this.edge(bin + 1) <= value) bin++;
    return bin;
  }
}

/** `tallies`: how many values lie in a bin, in the order of the bins, empty ones left out. */
export function quantiles(bins: Bins, tallies: Iterable<readonly [bin: number, count: number]>, count: number) {
  const found = QUANTILES.map(() => bins.edge(BINS));
  let before = 0;
  let next = 0;
  for (const [bin, inside] of tallies) {
    for (; next < QUANTILES.length && before + inside >= (QUANTILES[next] as number) * count; next++) {
      const low = bins.edge(bin);
      const share = ((QUANTILES[next] as number) * count - before) / inside;
      found[next] = bin === 0 ? low : low + share * (bins.edge(bin + 1) - low);
    }
    before += inside;
  }
  const [q01, q10, q50, q90, q99] = found as [number, number, number, number, number];
  return { q01, q10, q50, q90, q99 };
}
