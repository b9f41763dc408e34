/** Wilson score interval of a success rate at 95 % (Wilson 1927): honest at 0 of n and n of n, unlike the normal one. */
export function wilson(successes: number, trials: number, z = 1.959964): [low: number, high: number] {
  if (trials <= 0) return [0, 1];
  const p = successes / trials;
  const z2 = z * z;
  const centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (z / (1 + z2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
