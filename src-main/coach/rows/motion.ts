import type { Channel, DatasetSpec, EpisodeRow } from '../../core/episode';
import { quantile } from '../robust';

/** An episode as one list a channel, in units in which 1 is a wide motion: a radian, a whole gripper, 20 cm. */
export interface Motion {
  readonly fps: number;
  readonly length: number;
  /** [channel][row] */
  readonly state: readonly Float64Array[];
  readonly action: readonly Float64Array[];
  /** Whether action i commands what state i measures. */
  readonly paired: boolean;
}

const SIZE = { rad: 1, ratio: 1, m: 0.2 } as const;
/** A raw channel's own range (2nd to 98th percentile over the dataset) counts as this many units. */
const RAW_RANGE = 1.5;

/** What one unit of each channel is. `seen`: rows of some episodes, asked only for channels of unknown unit. */
export function channelSizes(
  channels: readonly Channel[],
  seen: readonly EpisodeRow[],
  of: (row: EpisodeRow) => readonly number[],
): number[] {
  return channels.map(({ unit }, i) => {
    if (unit !== 'raw') return SIZE[unit];
    const values = seen.map((row) => of(row)[i] ?? 0);
    const range = quantile(values, 0.98) - quantile(values, 0.02);
    return range > 0 ? range / RAW_RANGE : 1;
  });
}

export interface Sizes {
  readonly state: readonly number[];
  readonly action: readonly number[];
}

export function sizesOf(spec: DatasetSpec, seen: readonly EpisodeRow[]): Sizes {
  return {
    state: channelSizes(spec.joints, seen, (row) => row.state),
    action: channelSizes(spec.action ?? spec.joints, seen, (row) => row.action),
  };
}

export function motionOf(rows: readonly EpisodeRow[], spec: DatasetSpec, sizes: Sizes): Motion {
  const lists = (of: (row: EpisodeRow) => readonly number[], size: readonly number[]) =>
    size.map((unit, i) => Float64Array.from(rows, (row) => (of(row)[i] ?? 0) / unit));
  return {
    fps: spec.fps,
    length: rows.length,
    state: lists((row) => row.state, sizes.state),
    action: lists((row) => row.action, sizes.action),
    paired: spec.action === undefined,
  };
}

/** Change from row to row, units per second; one shorter than `values`. */
export function velocity(values: Float64Array, fps: number): Float64Array {
  const out = new Float64Array(Math.max(0, values.length - 1));
  for (let k = 0; k < out.length; k++) out[k] = ((values[k + 1] as number) - (values[k] as number)) * fps;
  return out;
}
