import type { EpisodeRow } from '../../core/episode';
import type { Vector } from '../../core/types';

/** Rows at an exact rate, and for each camera which recorded frame belongs to each new row. */
export interface Resampled {
  readonly rows: readonly EpisodeRow[];
  readonly picks: Readonly<Record<string, readonly number[]>>;
}

/**
 * Rows at exactly `fps` by true time: new row j stands at t₀ + j / fps. Measured values move evenly between the rows
 * around it; a command holds until the next one was given; a picture is the one taken nearest in true time.
 * `taken`: by camera, when each frame was taken, seconds on the rows' clock, ascending.
 */
export function resample(
  rows: readonly EpisodeRow[],
  fps: number,
  taken: Readonly<Record<string, readonly number[]>>,
): Resampled {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (!first || !last) return { rows: [], picks: {} };
  const length = Math.floor((last.t - first.t) * fps + 1e-6) + 1;
  const times = Array.from({ length }, (_, j) => first.t + j / fps);
  let k = 0;
  const resampled = times.map((t) => {
    while (k + 1 < rows.length && (rows[k + 1] as EpisodeRow).t <= t + 1e-9) k++;
    const here = rows[k] as EpisodeRow;
    const there = rows[k + 1] ?? here;
    const share = there.t > here.t ? Math.min(1, Math.max(0, (t - here.t) / (there.t - here.t))) : 0;
    return {
      ...here,
      t,
      state: between(here.state, there.state, share),
      environment: between(here.environment, there.environment, share),
    };
  });
  return {
    rows: resampled,
    picks: Object.fromEntries(Object.entries(taken).map(([camera, frames]) => [camera, nearest(frames, times)])),
  };
}

const between = (a: Vector, b: Vector, share: number): number[] =>
  a.map((value, i) => value + share * ((b[i] ?? value) - value));

/** For each of the ascending `times` the number of the frame taken nearest to it; never goes back. */
function nearest(frames: readonly number[], times: readonly number[]): number[] {
  let k = 0;
  const away = (i: number, t: number) => Math.abs((frames[i] ?? Number.POSITIVE_INFINITY) - t);
  return times.map((t) => {
    while (k + 1 < frames.length && away(k + 1, t) <= away(k, t)) k++;
    return k;
  });
}
