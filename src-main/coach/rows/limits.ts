import type { EpisodeRow } from '../../core/episode';
import type { Motion } from './motion';
import { velocity } from './motion';

/** Within this share of the greatest speed is at it; a channel slower than `SLOW` units per second has no say. */
const AT = 0.97;
const SLOW = 0.3;
/** Consecutive rows at the very same speed that make a plateau, seconds. */
const PLATEAU = 0.25;

/**
 * Share of rows in which a command sits on a plateau of full speed: a stick pushed to its end is on or off, and a policy
 * can learn no more from it. Measured by the episode itself: rows whose speed is within 3 % of the channel's greatest,
 * for at least 0.25 s on end.
 */
export function saturation({ action, fps, length }: Motion): number {
  const least = Math.max(3, Math.round(PLATEAU * fps));
  const full = new Uint8Array(length);
  for (const values of action) {
    const speed = velocity(values, fps);
    const most = speed.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    if (most < SLOW) continue;
    let run = 0;
    for (let k = 0; k <= speed.length; k++) {
      const at = k < speed.length && Math.abs(speed[k] as number) >= AT * most;
      if (at) run++;
      else {
        if (run >= least) full.fill(1, k - run, k);
        run = 0;
      }
    }
  }
  return length > 0 ? full.reduce((sum, v) => sum + v, 0) / length : 0;
}

/** Asked and sent may differ by this much, units, before it counts: a servo's own step. */
const STEP = 0.004;

/**
 * Share of rows in which the clamp changed the command (`EpisodeRow.clamped`). Recordings that do not say are judged by
 * what was asked and what was sent.
 */
export function clipped(rows: readonly EpisodeRow[], sizes: readonly number[]): number {
  if (rows.length === 0) return 0;
  const said = rows.some((row) => row.clamped !== '');
  const changed = (row: EpisodeRow) =>
    said
      ? row.clamped !== ''
      : row.asked.length === row.action.length &&
        row.asked.some((asked, i) => Math.abs(asked - (row.action[i] ?? asked)) / (sizes[i] ?? 1) > STEP);
  return rows.filter(changed).length / rows.length;
}

/** The rule that changed most rows, such as `speed` or `limit`; null when nothing is said. */
export function commonRule(rows: readonly EpisodeRow[]): string | null {
  const counts = new Map<string, number>();
  for (const { clamped } of rows) {
    for (const rule of new Set(clamped.split(' ').map((word) => word.split(':')[0] ?? ''))) {
      if (rule) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
