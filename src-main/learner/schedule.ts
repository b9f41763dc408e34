const WARM_UP = 0.03;

/**
 * Learning rate by elapsed time rather than by steps, so that a training ends when it said it would on any machine:
 * a short linear warm-up, then half a cosine down to zero.
 * @param done share of the time that is over, 0..1
 */
export function learningRate(peak: number, done: number): number {
  if (done < WARM_UP) return peak * Math.max(0.02, done / WARM_UP);
  const share = Math.min(1, (done - WARM_UP) / (1 - WARM_UP));
  return peak * 0.5 * (1 + Math.cos(Math.PI * share));
}
