/** Demonstrations end to end: N rows of F observed and A commanded values; see `Samples`, which is one of these. */
export interface Rows {
  readonly rows: number;
  /** F. */
  readonly features: number;
  /** A. */
  readonly channels: number;
  /** N × F. */
  readonly inputs: Float32Array;
  /** N × A. */
  readonly actions: Float32Array;
  /** For each row, the first and the last row of its episode. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** First and last row of each episode, in order. */
export function episodesOf({ rows, ends }: Rows): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (let from = 0; from < rows; from = (ends[from] as number) + 1) out.push({ from, to: ends[from] as number });
  return out;
}
