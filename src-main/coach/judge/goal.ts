import type { EpisodeMeasure } from '../measure';
import { deviation, median } from '../robust';
import { centimetres, words } from '../words';
import type { Known } from './siblings';

/** Successes needed before their ends say what the goal is. */
const ENOUGH = 6;
/** Ends this many deviations about their median are the goal. */
const BAND = 3;
/** Of the starts at most this share may lie in the goal already, and so many of the ends must. */
const STARTS_INSIDE = 0.15;
const ENDS_INSIDE = 0.7;
/** An end is short of the goal when it has come less than half the way and is clearly outside, or is far outside. */
const SHORT = [
  { progress: 0.5, widths: 2 },
  { progress: 0.8, widths: 4 },
] as const;
/** So many widths about the goal are still at it, for a failure that looks like a success. */
const LIKE = 1.5;
/** The goal's width is at least this share of the usual way to it. */
const LEAST_WIDTH = 0.04;

interface Value {
  readonly name: string;
  readonly of: (state: readonly number[]) => number;
}
interface Feature extends Value {
  readonly at: number;
  readonly width: number;
}

/** The values of the task's state, and the length of each `….x`, `….y`, `….z`: how far one thing is from another. */
function valuesOf(environment: readonly string[]): Value[] {
  const lengths = environment.flatMap((name): Value[] => {
    const stem = name.match(/^(.*)\.x$/)?.[1];
    const parts = ['x', 'y', 'z'].map((axis) => environment.indexOf(`${stem}.${axis}`)).filter((i) => i >= 0);
    if (stem === undefined || parts.length < 2) return [];
    return [{ name: `${stem}.distance`, of: (state) => Math.hypot(...parts.map((i) => state[i] ?? 0)) }];
  });
  return [...environment.map((name, i): Value => ({ name, of: (state) => state[i] ?? 0 })), ...lengths];
}

export interface Ending {
  /** Short of the goal. */
  readonly short: boolean;
  /** In the goal in every respect. */
  readonly like: boolean;
  /** Least share of the way to the goal, 0 (or less) … 1. */
  readonly progress: number;
  /** How far it is off where it is short, such as `cube y 14 cm off`. */
  readonly text: string;
  /** Successes that say what the goal is. */
  readonly n: number;
}

/**
 * What the successes of a task have in common at their end and not at their start, found without knowing the task: the
 * values of the task's state (not the joints, which may end anywhere) whose ends lie close together where hardly any
 * start does. Pushing a cube to a disc: the length of `cube.to.target` ends near 0.
 */
export class Goal {
  private constructor(
    readonly features: readonly Feature[],
    private readonly n: number,
  ) {}

  static of(siblings: readonly Known[], environment: readonly string[]): Goal | null {
    const successes = siblings.filter(({ info }) => info.success === true);
    if (successes.length < ENOUGH || environment.length === 0) return null;
    const features = valuesOf(environment).flatMap((value): Feature[] => {
      const ends = successes.map(({ measure }) => value.of(measure.end));
      const starts = successes.map(({ measure }) => value.of(measure.start));
      const at = median(ends);
      const way = median(starts.map((v) => Math.abs(v - at)));
      const width = Math.max(BAND * deviation(ends, at), LEAST_WIDTH * way);
      const inside = (values: readonly number[]) =>
        values.filter((v) => Math.abs(v - at) <= width).length / values.length;
      if (!(way > 2 * width) || inside(starts) > STARTS_INSIDE || inside(ends) < ENDS_INSIDE) return [];
      return [{ ...value, at, width }];
    });
    return features.length > 0 ? new Goal(features, successes.length) : null;
  }

  distance(measure: EpisodeMeasure): Ending {
    const ends = this.features.map((feature) => {
      const off = Math.abs(feature.of(measure.end) - feature.at);
      const way = Math.abs(feature.of(measure.start) - feature.at);
      return { feature, off, progress: way > feature.width ? 1 - off / way : off <= feature.width ? 1 : 0 };
    });
    const worst = ends.reduce((a, b) => (b.progress < a.progress ? b : a));
    return {
      short: SHORT.some(
        ({ progress, widths }) => worst.progress < progress && worst.off > widths * worst.feature.width,
      ),
      like: ends.every(({ off, feature }) => off <= LIKE * feature.width),
      progress: worst.progress,
      text: `${words(worst.feature.name)} ${size(worst.off, worst.feature.name)} off`,
      n: this.n,
    };
  }
}

/** Positions (`….x`, `….y`, `….z`) are metres; other values have no unit that is known. */
const size = (value: number, name: string): string =>
  /\.([xyz]|distance|out|left)$/.test(name) ? centimetres(value) : value.toPrecision(2);
