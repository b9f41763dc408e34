import { percent, seconds } from '../../state/format';

interface Line {
  readonly name: string;
  readonly text: string;
  readonly title: string;
}

type Form = readonly [name: string, text: (value: number) => string, title: string];
const whole = (v: number): string => String(Math.round(v));
const digits = (v: number): string => v.toFixed(2);

/** What the coach measures, in words. The names are those of `coach/` (docs/coach.md). */
const FORMS: Readonly<Record<string, Form>> = {
  seconds: ['Length', seconds, 'From the first row to the last'],
  idleShare: ['Still', percent, 'Rows in which no joint moves'],
  smoothness: ['Smoothness', digits, 'Spectral arc length (SPARC): nearer to zero is smoother'],
  tremor: ['Tremor', percent, 'Share of the motion that is faster than a hand means'],
  saturation: ['Full speed', percent, 'Rows at the greatest speed or at the end of a joint’s range'],
  clipped: ['Clamped', percent, 'Rows in which the clamp changed the command'],
  missing: ['Missing rows', percent, 'Rows that the loop was too late for'],
  late: ['Late pictures', percent, 'Pictures taken more than a row before or after their row'],
  lag: ['Lag', (v) => `${Math.round(v * 1000)} ms`, 'How far the arm is behind its commands'],
  directness: ['Directness', percent, 'Straight way from start to end, as a share of the way gone'],
  interventions: ['Taken over', whole, 'Times a person took over from a policy'],
  brightness: ['Brightness', percent, 'Of the darkest camera'],
  sharpness: ['Sharpness', percent, 'Of the softest camera, compared with the other takes'],
};

export const figureLines = (figures: Readonly<Record<string, number>>): Line[] =>
  Object.entries(FORMS).flatMap(([key, [name, text, title]]) => {
    const value = figures[key];
    return value === undefined || !Number.isFinite(value) ? [] : [{ name, text: text(value), title }];
  });
