import { episodesOf, type Rows } from './rows';

/**
 * What an action channel does to the robot, told from the data alone, since names and units of foreign recordings cannot
 * be trusted. `position`: an observed value goes to where the action says; `motion`: it moves by so much each row
 * (a velocity or a difference); `free`: no observed value follows it.
 */
export interface Drive {
  readonly kind: 'position' | 'motion' | 'free';
  /** The observed value that follows; null for `free`. */
  readonly feature: number | null;
  /** `position`: action = gain · value + offset where the value has arrived. `motion`: value moves by gain · action a row. */
  readonly gain: number;
  readonly offset: number;
}

const FREE: Drive = { kind: 'free', feature: null, gain: 0, offset: 0 };
/** How much of the motion a channel must explain before we believe that it causes it. */
const MOTION_SHARE = 0.5;
const POSITION_SHARE = 0.25;
/** Correlation of command and observed value from which on they are one quantity. */
const ALIKE = 0.8;
const SAME = 0.98;
/** More rows tell nothing new. */
const MAX_ROWS = 20_000;

/** One drive per action channel. `limit`: only the first so many features can be driven (proprioception). */
export function findDrives(data: Rows, limit = data.features): Drive[] {
  const rows = rowsWithNext(data);
  return Array.from({ length: data.channels }, (_, channel) => {
    let best: { drive: Drive; score: number } = { drive: FREE, score: 0 };
    for (let feature = 0; feature < limit; feature++) {
      const found = judge(data, rows, channel, feature);
      if (found && found.score > best.score) best = found;
    }
    return best.drive;
  });
}

/** How well `channel` explains how `feature` moves: Δs = α·a + β·s + γ, where a goal has β < 0 and a velocity β = 0. */
function judge(data: Rows, rows: readonly number[], channel: number, feature: number) {
  const at = (row: number): number => data.inputs[row * data.features + feature] as number;
  const action = rows.map((row) => data.actions[row * data.channels + channel] as number);
  const now = rows.map(at);
  const next = rows.map((row) => at(row + 1));
  const moved = next.map((value, i) => value - (now[i] as number));
  const [a, s, d] = [centre(action), centre(now), centre(moved)];
  const [aa, ss, dd] = [dot(a, a), dot(s, s), dot(d, d)];
  if (aa < 1e-12 || ss < 1e-12 || dd < 1e-16) return null;
  const [as, ad, sd] = [dot(a, s), dot(a, d), dot(s, d)];
  const determinant = aa * ss - as * as;
  const alone = (ad * ad) / (aa * dd);
  const level = Math.abs(correlation(action, next));
  const identical = determinant < 1e-9 * aa * ss;
  const alpha = identical ? 0 : (ad * ss - sd * as) / determinant;
  const beta = identical ? 0 : (sd * aa - ad * as) / determinant;
  const share = (alpha * ad + beta * sd) / dd;
  const goal = beta < 0 && alpha !== 0 && level > ALIKE && share > POSITION_SHARE;
  if (goal || level > SAME) {
    const gain = goal ? -beta / alpha : as / ss;
    // Where a goal is reached, α·a + β·s + γ = 0.
    const offset = mean(action) - gain * mean(now) - (goal ? mean(moved) / alpha : 0);
    return { drive: { kind: 'position', feature, gain, offset } as const, score: 1 + level + Math.max(0, share) };
  }
  if (alone <= MOTION_SHARE) return null;
  return { drive: { kind: 'motion', feature, gain: ad / aa, offset: 0 } as const, score: alone + Math.sqrt(alone) };
}

function rowsWithNext(data: Rows): number[] {
  const rows: number[] = [];
  const step = Math.max(1, Math.floor(data.rows / MAX_ROWS));
  for (const { from, to } of episodesOf(data)) for (let row = from; row < to; row += step) rows.push(row);
  return rows;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
const centre = (values: readonly number[]): number[] => {
  const middle = mean(values);
  return values.map((value) => value - middle);
};
function correlation(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [centre(x), centre(y)];
  return dot(a, b) / Math.max(1e-12, Math.sqrt(dot(a, a) * dot(b, b)));
}
