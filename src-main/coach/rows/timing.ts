import type { EpisodeRow } from '../../core/episode';

export interface Gaps {
  /** Rows that should be there and are not, as a share of all that should, 0–1. */
  readonly missing: number;
  /** Longest step from row to row, seconds. */
  readonly longest: number;
}

/** Holes in `t`: a step of n periods instead of one is n - 1 missing rows. */
export function gaps(rows: readonly EpisodeRow[], fps: number): Gaps {
  let missing = 0;
  let longest = 0;
  for (let k = 1; k < rows.length; k++) {
    const step = (rows[k] as EpisodeRow).t - (rows[k - 1] as EpisodeRow).t;
    missing += Math.max(0, Math.round(step * fps) - 1);
    longest = Math.max(longest, step);
  }
  return { missing: rows.length > 0 ? missing / (rows.length + missing) : 0, longest };
}

/** A picture may be this many periods before or after its row. */
const PATIENCE = 1.5;

/** Share of pictures taken too early or too late for their row. `taken`: seconds on the rows' clock, one a row. */
export function late(rows: readonly EpisodeRow[], taken: readonly number[], fps: number): number {
  if (rows.length === 0 || taken.length !== rows.length) return 0;
  const most = PATIENCE / fps;
  return rows.filter((row, k) => Math.abs((taken[k] ?? row.t) - row.t) > most).length / rows.length;
}
