import { Random } from '../../core/random';
import { episodesOf, type Rows } from './rows';

/** Two observed values whose difference comes to rest at the same number in each demonstration: hand and cube, cube and goal. */
export interface Coupling {
  readonly a: number;
  readonly b: number;
  /** How much sharper the common peak is than between values of different demonstrations; 1 is chance. */
  readonly strength: number;
  /** The difference a − b at which they rest. */
  readonly rest: number;
}

/** Below it the peak may be chance. */
const STRENGTH = 1.3;
const MAX_COUPLINGS = 12;
/** Or, at the end of the demonstrations, their difference varies by no more than this share of what each of them varies by. */
const ARRIVED = 0.4;
const ARRIVED_EPISODES = 5;
const VARIES = 0.15;
/** Enough for y of hand and cube when x of both is coupled: values of a place stand side by side. */
const BESIDE = 1.05;
const BINS = 24;
const SHUFFLES = 16;
/** … and it must be so many times the best of the shuffled ones. */
const STANDS_OUT = 1;
/** What moves less within a demonstration, as a share of its whole spread, lies still. */
const STILL = 0.1;
/** Values whose spreads differ more are not of one kind. */
const MAX_RATIO = 8;
/** Enough to see a peak; more only costs time. */
const MAX_EPISODES = 30;
const MAX_ROWS = 120;

/**
 * A few demonstrations cannot teach a network to subtract, so it is shown the differences that matter. Which ones these
 * are is decided by a permutation test: for each pair of values, how much time the demonstrations together spend in the
 * fullest bin of the difference, against the same with the second value taken from another demonstration. What differs
 * by the same at the end of all demonstrations is coupled in any case. Strongest first; empty for less than three episodes.
 *
 * @param limit only the first so many features are looked at
 */
export function findCouplings(data: Rows, limit = data.features): Coupling[] {
  const episodes = episodesOf(data).slice(0, MAX_EPISODES).map(thin);
  if (episodes.length < 3) return [];
  const values = Array.from({ length: limit }, (_, f) =>
    episodes.map((rows) => rows.map((row) => data.inputs[row * data.features + f] as number)),
  );
  const spread = values.map((series) => deviation(series.flat()));
  const still = values.map((series, f) => Math.max(...series.map(deviation)) < STILL * (spread[f] as number));
  const random = new Random(5);
  const shifts = Array.from({ length: SHUFFLES }, () =>
    episodes.map((_, e) => (e + 1 + random.below(episodes.length - 1)) % episodes.length),
  );
  const found: Coupling[] = [];
  const likely: Coupling[] = [];
  for (let a = 0; a < limit; a++) {
    for (let b = a + 1; b < limit; b++) {
      const [small, large] = [
        Math.min(spread[a] as number, spread[b] as number),
        Math.max(spread[a] as number, spread[b] as number),
      ];
      // Two things that lie still never meet.
      if ((still[a] && still[b]) || !(small > 0) || large > MAX_RATIO * small) continue;
      const [first, second] = [values[a] as number[][], values[b] as number[][]];
      const arrived = arrival(first, second, [spread[a] as number, spread[b] as number]);
      if (arrived) {
        found.push({ a, b, ...arrived });
        continue;
      }
      const own = first.map((series, e) => differences(series, second[e] as number[]));
      const range = extent(own);
      const chance = shifts.map(
        (other) =>
          peak(
            first.map((series, e) => differences(series, second[other[e] as number] as number[])),
            range,
          ).height,
      );
      const there = peak(own, range);
      const strength =
        (there.height * SHUFFLES) /
        Math.max(
          1e-9,
          chance.reduce((x, y) => x + y, 0),
        );
      const coupling = { a, b, strength, rest: there.at };
      if (strength > STRENGTH && there.height > STANDS_OUT * Math.max(...chance)) found.push(coupling);
      else if (strength > BESIDE) likely.push(coupling);
    }
  }
  const beside = likely.filter(({ a, b }) =>
    found.some((known) => Math.abs(known.a - a) === 1 && known.b - b === known.a - a),
  );
  return [...found, ...beside].sort((x, y) => y.strength - x.strength).slice(0, MAX_COUPLINGS);
}

/** Two values that differ by the same when a demonstration ends, wherever each of them is; else null. */
function arrival(
  first: readonly (readonly number[])[],
  second: readonly (readonly number[])[],
  spreads: readonly [number, number],
) {
  if (first.length < ARRIVED_EPISODES) return null;
  const ends = (series: readonly (readonly number[])[]) => series.map((values) => values.at(-1) as number);
  const [a, b] = [ends(first), ends(second)];
  // What is alike at every end (a block's height) would agree with anything.
  if (deviation(a) < VARIES * spreads[0] || deviation(b) < VARIES * spreads[1]) return null;
  const apart = differences(a, b);
  const share = deviation(apart) / Math.max(1e-12, Math.min(deviation(a), deviation(b)));
  const rest = apart.reduce((x, y) => x + y, 0) / apart.length;
  return share < ARRIVED ? { strength: 1 / Math.max(0.01, share), rest } : null;
}

function thin({ from, to }: { from: number; to: number }): number[] {
  const step = Math.max(1, Math.ceil((to - from + 1) / MAX_ROWS));
  const rows: number[] = [];
  for (let row = from; row <= to; row += step) rows.push(row);
  return rows;
}

/** As long as the shorter one. */
function differences(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, i) => (a[i] as number) - (b[i] as number));
}

/**
 * The fullest bin of a histogram that each episode enters with the root of its share of time: a bin where all have been
 * for a while beats one where a single episode stood still. Twice as wide as `range`, since shuffled ones scatter more.
 */
function peak(
  episodes: readonly (readonly number[])[],
  range: { low: number; width: number },
): { height: number; at: number } {
  const total = new Float64Array(BINS * 2);
  for (const series of episodes) {
    const counts = new Float64Array(BINS * 2);
    for (const value of series) {
      const bin = Math.floor(((value - range.low) / range.width) * BINS + BINS / 2);
      if (bin >= 0 && bin < counts.length) counts[bin] = (counts[bin] as number) + 1;
    }
    for (let i = 0; i < counts.length; i++)
      total[i] = (total[i] as number) + Math.sqrt((counts[i] as number) / Math.max(1, series.length));
  }
  const fullest = total.indexOf(Math.max(...total));
  return {
    height: (total[fullest] as number) / Math.max(1, episodes.length),
    at: range.low + ((fullest + 0.5 - BINS / 2) / BINS) * range.width,
  };
}

function extent(episodes: readonly (readonly number[])[]): { low: number; width: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const series of episodes)
    for (const value of series) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return { low, width: Math.max(1e-12, high - low) };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length));
}
