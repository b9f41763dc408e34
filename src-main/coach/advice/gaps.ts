import { quantile } from '../robust';
import { centimetres, count, listed, words } from '../words';
import type { Adviser } from './advice';

/** Starts needed before anything is said about where they lie. */
const ENOUGH = 8;
/** A side with a smaller share of the starts is neglected. */
const FEW = 0.2;

/** `.x` (away from the robot) and `.y` (to its left) of one thing: the map is the table seen from behind the robot. */
const thingOf = (axes: readonly string[]): string | null => {
  const [a = '', b = ''] = axes;
  return a.endsWith('.x') && b.endsWith('.y') && a.slice(0, -2) === b.slice(0, -2) ? words(a.slice(0, -2)) : null;
};

type Box = readonly [low: number, high: number][];
const third = (value: number, [low, high]: readonly [number, number], names: readonly [string, string]): string =>
  value < low + (high - low) / 3 ? names[0] : value > high - (high - low) / 3 ? names[1] : '';

/** Where a place is, as somebody behind the robot would say it. `near`: metres to the nearest start. */
function placeOf(at: readonly number[], box: Box, axes: readonly string[], near?: number): string {
  if (thingOf(axes) === null) {
    return axes.map((axis, i) => `${words(axis)} near ${Number((at[i] ?? 0).toPrecision(2))}`).join(' and ');
  }
  const depth = third(at[0] ?? 0, box[0] ?? [0, 0], ['near the robot', 'far from the robot']);
  const side = third(at[1] ?? 0, box[1] ?? [0, 0], ['to the right', 'to the left']);
  const away = near === undefined ? '' : `; ${centimetres(near)} from the nearest start`;
  const numbers = `x ${centimetres(at[0] ?? 0)}, y ${centimetres(at[1] ?? 0)}${away}`;
  return `${[depth, side].filter(Boolean).join(' and ') || 'in the middle'} (${numbers})`;
}

export const adviseGaps: Adviser = ({ coverage: { axes, points, gaps } }) => {
  if (points.length < ENOUGH || axes.length < 2) return [];
  const thing = thingOf(axes);
  const box = axes.map((_, i): [number, number] => {
    const values = points.map(({ at }) => at[i] ?? 0);
    return [quantile(values, 0), quantile(values, 1)];
  });
  const sides = neglectedSides(points, box, axes, thing);
  if (gaps.length === 0 && sides.length === 0) return [];
  const nearest = (gap: readonly number[]) =>
    points.reduce<{ id: string; d: number } | null>((best, { id, at }) => {
      const d = Math.hypot(...axes.map((_, i) => (at[i] ?? 0) - (gap[i] ?? 0)));
      return best && best.d <= d ? best : { id, d };
    }, null);
  const places = gaps.map((gap) => {
    const near = nearest(gap);
    return thing && near ? placeOf(gap, box, axes, near.d) : placeOf(gap, box, axes);
  });
  const what = thing ? `the ${thing}` : 'the start';
  const missing = places.length > 0 ? `No start yet with ${what} ${listed(places)}.` : '';
  return [
    {
      weight: 11 + 3 * gaps.length + 2 * sides.length,
      title: `Record these next: ${what} ${gaps[0] ? placeOf(gaps[0], box, axes).replace(/ \(.*/, '') : (sides[0]?.where ?? '')}`,
      text: [missing, ...sides.map((side) => side.text)].filter(Boolean).join(' '),
      episodes: gaps.flatMap((gap) => nearest(gap)?.id ?? []),
    },
  ];
};

/** Halves of the map in which hardly anything starts. */
function neglectedSides(
  points: readonly { readonly at: readonly number[] }[],
  box: Box,
  axes: readonly string[],
  thing: string | null,
): { where: string; text: string }[] {
  const names = thing
    ? [
        ['near the robot', 'far from the robot'],
        ['to the right', 'to the left'],
      ]
    : axes.map((axis) => [`with less ${words(axis)}`, `with more ${words(axis)}`]);
  return box.flatMap(([low, high], i) => {
    const above = points.filter(({ at }) => (at[i] ?? 0) > (low + high) / 2).length;
    const few = Math.min(above, points.length - above);
    if (few >= FEW * points.length || high <= low) return [];
    const where = names[i]?.[above === few ? 1 : 0] ?? '';
    const start = thing ? `have the ${thing} ${where}` : `are ${where}`;
    return [{ where, text: `Only ${few} of ${count(points.length, 'start')} ${start}.` }];
  });
}

/** All starts on one spot: what was shown there works there and nowhere else. */
export const adviseSameStart: Adviser = ({ coverage: { axes, points }, known }) => {
  const thing = thingOf(axes);
  if (known.length < ENOUGH || (axes.length > 0 && !thing)) return [];
  const wide = axes.map((_, i) => {
    const values = points.map(({ at }) => at[i] ?? 0);
    return quantile(values, 0.95) - quantile(values, 0.05);
  });
  const spread = Math.max(0, ...wide);
  if (thing && spread > 0.02) return [];
  const text = thing
    ? `In all ${known.length} demonstrations the ${thing} starts within ${centimetres(spread)}.`
    : `All ${known.length} demonstrations start in the same pose.`;
  return thing
    ? [
        {
          weight: 18,
          title: `Move the ${thing} between takes`,
          text: `${text} A policy will know no other place.`,
          episodes: [],
        },
      ]
    : [];
};
