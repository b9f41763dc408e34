import type { Drive } from './drives';
import { episodesOf, type Rows } from './rows';

/**
 * Features that tell where things are: nothing commands them, they begin elsewhere in each demonstration, and they are
 * not another way to say where the robot is (a gripper pose computed from the joints), which a quadratic fit would find.
 *
 * @param limit only the first so many features are looked at
 */
export function findThings(data: Rows, drives: readonly Drive[], limit = data.features): number[] {
  const episodes = episodesOf(data);
  if (episodes.length < 3) return [];
  const driven = new Set(drives.map((drive) => drive.feature).filter((feature) => feature !== null));
  const at = (row: number, feature: number): number => data.inputs[row * data.features + feature] as number;
  const step = Math.max(1, Math.floor(data.rows / MAX_ROWS));
  const rows = Array.from({ length: Math.ceil(data.rows / step) }, (_, i) => i * step);
  const robot = quadratic([...driven].map((feature) => standardised(rows.map((row) => at(row, feature)))));
  return Array.from({ length: limit }, (_, feature) => feature).filter((feature) => {
    if (driven.has(feature)) return false;
    const all = deviation(rows.map((row) => at(row, feature)));
    const begin = deviation(episodes.map(({ from }) => at(from, feature)));
    if (all < 1e-9 || begin < START_SHARE * all) return false;
    return explained(robot, standardised(rows.map((row) => at(row, feature)))) < SAME_SHARE;
  });
}

/** Share of its whole spread that a thing's place at the start has; what belongs to a robot at home starts alike. */
const START_SHARE = 0.3;
/** What the robot's own values explain to this share is the robot. */
const SAME_SHARE = 0.9;
const MAX_ROWS = 1500;

/** Columns 1, x, x², x·y. */
function quadratic(columns: readonly (readonly number[])[]): number[][] {
  const count = columns[0]?.length ?? 0;
  const out: number[][] = [Array.from({ length: count }, () => 1), ...columns.map((c) => [...c])];
  for (const [i, a] of columns.entries()) {
    for (const b of columns.slice(i)) out.push(a.map((value, n) => value * (b[n] as number)));
  }
  return out;
}

/** R² of the least-squares fit of `target` (mean 0, spread 1) by the columns. */
function explained(columns: readonly (readonly number[])[], target: readonly number[]): number {
  const n = columns.length;
  if (n <= 1 || target.length <= n) return 0;
  const system = columns.map((a, i) => [
    ...columns.map((b, j) => dot(a, b) + (i === j ? 1e-6 * target.length : 0)),
    dot(a, target),
  ]);
  const weights = solve(system);
  let rest = 0;
  for (const [r, wanted] of target.entries()) {
    const guess = columns.reduce((sum, column, i) => sum + (column[r] as number) * (weights[i] as number), 0);
    rest += (wanted - guess) ** 2;
  }
  return 1 - rest / target.length;
}

/** Gaussian elimination of n rows of n + 1; positive definite, so that it needs no pivoting. */
function solve(system: number[][]): number[] {
  const n = system.length;
  for (let i = 0; i < n; i++) {
    const pivot = system[i] as number[];
    for (let r = i + 1; r < n; r++) {
      const row = system[r] as number[];
      const factor = (row[i] as number) / (pivot[i] as number);
      for (let c = i; c <= n; c++) row[c] = (row[c] as number) - factor * (pivot[c] as number);
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = system[i] as number[];
    let sum = row[n] as number;
    for (let c = i + 1; c < n; c++) sum -= (row[c] as number) * (x[c] as number);
    x[i] = sum / (row[i] as number);
  }
  return x;
}

const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const spread = deviation(values) || 1;
  return values.map((value) => (value - mean) / spread);
}

export function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length));
}
