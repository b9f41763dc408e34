import type { DatasetQuality } from '../../../src-main/core/quality';
import { words } from '../../state/format';

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** What grows upwards and across. */
  readonly up: string;
  readonly across: string;
  /** The axis across grows to the left, as the robot's y does for who looks along with it. */
  readonly mirrored: boolean;
  readonly points: readonly (Spot & { readonly id: string })[];
  readonly gaps: readonly Spot[];
}

const PAD = 14;
const name = (axis: string): string => words(axis).replace(/\.(?=[xyz]$)/, ' ');
const text = (at: readonly number[], axes: readonly string[]): string =>
  axes.map((axis, i) => `${name(axis)} ${Number((at[i] ?? 0).toPrecision(3))}`).join(', ');

/**
 * Places starts on a small map. Pairs such as `cube.x` and `cube.y` are drawn as seen from behind the robot: x (away from
 * it) upwards, y to the left, both to the same scale. Any other two axes: the first across, the second upwards.
 */
export function layout({ axes, points, gaps }: DatasetQuality['coverage'], size: number): Layout {
  const table = isTable(axes);
  const upAxis = table ? axes.findIndex((a) => a.endsWith('.x')) : 1;
  const acrossAxis = 1 - upAxis;
  const all = [...points.map((p) => p.at), ...gaps];
  const range = (axis: number): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const at of all) {
      low = Math.min(low, at[axis] ?? 0);
      high = Math.max(high, at[axis] ?? 0);
    }
    return high > low ? [low, high] : [low - 0.5, low + 0.5];
  };
  const [upLow, upHigh] = range(upAxis);
  const [acrossLow, acrossHigh] = range(acrossAxis);
  const room = size - 2 * PAD;
  const longest = Math.max(upHigh - upLow, acrossHigh - acrossLow);
  const scaleAcross = room / (table ? longest : acrossHigh - acrossLow);
  const scaleUp = room / (table ? longest : upHigh - upLow);
  const width = Math.max(60, (acrossHigh - acrossLow) * scaleAcross + 2 * PAD);
  const height = Math.max(60, (upHigh - upLow) * scaleUp + 2 * PAD);
  const place = (at: readonly number[]): Spot => {
    const across = (at[acrossAxis] ?? 0) - (acrossLow + acrossHigh) / 2;
    const up = (at[upAxis] ?? 0) - (upLow + upHigh) / 2;
    const x = width / 2 + across * scaleAcross * (table ? -1 : 1);
    return { x, y: height / 2 - up * scaleUp, text: text(at, axes) };
  };
  return {
    width,
    height,
    up: table ? `${name(axes[upAxis] ?? '')}, away` : name(axes[upAxis] ?? ''),
    across: name(axes[acrossAxis] ?? ''),
    mirrored: table,
    points: points.map(({ id, at }) => ({ id, ...place(at) })),
    gaps: gaps.map(place),
  };
}

function isTable(axes: readonly string[]): boolean {
  const [a = '', b = ''] = axes;
  const stem = (axis: string) => axis.replace(/\.[xy]$/, '');
  return stem(a) === stem(b) && new Set([a.slice(-2), b.slice(-2), '.x', '.y']).size === 2;
}

/** A start whose demonstration is not in the list any more is drawn pale. */
export const toneOf = (known: boolean): 'here' | 'gone' => (known ? 'here' : 'gone');
