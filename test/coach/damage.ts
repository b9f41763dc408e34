import type { Episode, EpisodeRow } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { episodeOf } from './takes';

/** Ways to spoil a good take. Each leaves the original alone and keeps its name. */
const again = (episode: Episode, rows: readonly EpisodeRow[]): Episode =>
  episodeOf(
    rows.map((row, k) => ({ ...row, t: (rows[0]?.t ?? 0) + k / 30 })),
    { ...episode, rows, length: rows.length, duration: rows.length / 30 },
  );

const held = (row: EpisodeRow, n: number): EpisodeRow[] => Array.from({ length: n }, () => row);

/** Stands still for `n` rows before row `at`. */
export function pause(episode: Episode, at: number, n: number): Episode {
  const { rows } = episode;
  return again(episode, [
    ...rows.slice(0, at),
    ...held(rows[Math.min(at, rows.length - 1)] as EpisodeRow, n),
    ...rows.slice(at),
  ]);
}

export const waitAtEnd = (episode: Episode, n: number): Episode =>
  again(episode, [...episode.rows, ...held(episode.rows[episode.rows.length - 1] as EpisodeRow, n)]);

/** Trembles by up to `amplitude` radians. */
export function shake(episode: Episode, amplitude: number, seed = 1): Episode {
  const random = new Random(seed);
  const off = (v: number) => v + random.between(-amplitude, amplitude);
  return again(
    episode,
    episode.rows.map((row) => {
      const action = row.action.map(off);
      return { ...row, state: row.state.map(off), action, asked: action };
    }),
  );
}

/** The clamp changes a share of the commands. */
export function clip(episode: Episode, share: number): Episode {
  const every = 1 / share;
  return again(
    episode,
    episode.rows.map((row, k) =>
      Math.floor(k / every) !== Math.floor((k - 1) / every)
        ? { ...row, asked: row.action.map((v) => v + 0.2), clamped: 'speed:1 speed:2' }
        : row,
    ),
  );
}

/** Every `every`-th row was never recorded; the others keep their times. */
export function drop(episode: Episode, every: number): Episode {
  const rows = episode.rows.filter((_, k) => k % every !== every - 1);
  return episodeOf(rows, { ...episode, rows, length: rows.length, duration: rows.length / 30 });
}

export const truncate = (episode: Episode, share: number): Episode =>
  again(episode, episode.rows.slice(0, Math.round(episode.rows.length * share)));

/** The same take at a third of the speed, with detours in time. */
export const drag = (episode: Episode, times: number): Episode =>
  again(
    episode,
    episode.rows.flatMap((row, k) => {
      const next = episode.rows[k + 1] ?? row;
      return Array.from({ length: times }, (_, n) => mix(row, next, n / times));
    }),
  );

const mix = (a: EpisodeRow, b: EpisodeRow, x: number): EpisodeRow => {
  const blend = (u: readonly number[], v: readonly number[]) => u.map((w, i) => w + x * ((v[i] ?? w) - w));
  return {
    ...a,
    state: blend(a.state, b.state),
    action: blend(a.action, b.action),
    asked: blend(a.asked, b.asked),
    environment: blend(a.environment, b.environment),
  };
};
