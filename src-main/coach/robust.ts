/** Numbers that a few wild values cannot move. */

export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const x = q * (sorted.length - 1);
  const low = sorted[Math.floor(x)] ?? 0;
  return low + ((sorted[Math.ceil(x)] ?? low) - low) * (x - Math.floor(x));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** 1.4826 × the median absolute deviation: the standard deviation, were the values normal. */
export function deviation(values: readonly number[], centre = median(values)): number {
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)));
}

/** 0 up to `free`, 1 from `full` on, straight in between. `full` may be the smaller one. */
export function ramp(value: number, free: number, full: number): number {
  if (!Number.isFinite(value)) return 0;
  return Math.min(1, Math.max(0, (value - free) / (full - free)));
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length > 0 ? sum / values.length : 0;
};

/** At most `most` of the items, evenly spread over the order of their keys: the same ones in whatever order they come. */
export function thin<T>(items: readonly T[], most: number, key: (item: T) => string): readonly T[] {
  if (items.length <= most) return items;
  const sorted = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const step = sorted.length / most;
  return Array.from({ length: most }, (_, n) => sorted[Math.floor(n * step)] as T);
}
