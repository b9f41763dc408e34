import type { Random } from '../../core/random';
import type { Judgement } from './critic';
import { DEMONSTRATION, type Experience, INTERVENTION, POLICY } from './experience';

export interface WeighOptions {
  /**
   * `advantage`: rows of rollouts weigh exp(advantage / temperature), judged by the critic (AWR, Peng et al. 2019); of
   * failed ones only the outstanding rows count, since a critic of few rollouts is too rough to imitate the rest.
   * `success`: rows of successful rollouts weigh 1, the others nothing (self-imitation).
   */
  readonly by: 'advantage' | 'success';
  /** In standard deviations of the advantage; smaller is greedier. */
  readonly temperature: number;
  /** Share of all training that demonstrations and interventions get at least: the policy must not forget them. */
  readonly demonstrations: number;
  /** Rows per second. */
  readonly rate: number;
}

/** Of a failed rollout only what was better than usual by so many standard deviations is imitated. */
const WORTH = 1;
/** No row weighs more than so many times the average. */
const MOST = 10;
/** How much more a row of an intervention weighs than one of a demonstration: it shows what was lacking. */
const INTERVENTION_WEIGHT = 3;
/** Seconds before an intervention that led into the trouble (Liu et al. 2022, Sirius): not to be imitated. */
const BEFORE = 1;

/** What each row weighs in training, ≥ 0, mean 1. `judgement` is needed for `advantage`. */
export function weigh(experience: Experience, judgement: Judgement | null, options: WeighOptions): Float32Array {
  const { rows } = experience;
  const weights = new Float32Array(rows);
  const advantage = judgement && options.by === 'advantage' ? scaled(experience, judgement) : null;
  for (const { start, end, success, worth } of experience.episodes) {
    for (let row = start; row <= end; row++) {
      const driver = experience.driver(row);
      if (driver === INTERVENTION) weights[row] = success === false ? 0 : INTERVENTION_WEIGHT;
      if (driver === DEMONSTRATION) weights[row] = success === false ? 0 : 1;
      if (driver !== POLICY) continue;
      if (leadsIntoTrouble(experience, row, end, BEFORE * options.rate)) weights[row] = 0;
      else if (!advantage) weights[row] = success ? worth : 0;
      else if (success || (advantage[row] as number) > WORTH)
        weights[row] = worth * Math.min(MOST, Math.exp((advantage[row] as number) / options.temperature));
    }
  }
  balance(experience, weights, options.demonstrations);
  return weights;
}

/** Advantages Q − V of the policy's rows in units of their spread. */
function scaled(experience: Experience, { value, quality }: Judgement): Float32Array {
  const advantage = Float32Array.from(value, (v, i) => (quality[i] as number) - v);
  let [sum, square, count] = [0, 0, 0];
  for (let row = 0; row < advantage.length; row++) {
    if (experience.driver(row) !== POLICY) continue;
    const a = advantage[row] as number;
    sum += a;
    square += a * a;
    count++;
  }
  const mean = sum / Math.max(1, count);
  const std = Math.sqrt(Math.max(0, square / Math.max(1, count) - mean * mean));
  return advantage.map((a) => (a - mean) / Math.max(1e-6, std));
}

function leadsIntoTrouble(experience: Experience, row: number, end: number, rows: number): boolean {
  for (let then = row + 1; then <= Math.min(end, row + rows); then++) {
    if (experience.driver(then) === INTERVENTION) return true;
  }
  return false;
}

/** Gives demonstrations their share, where there are any, and makes the mean weight 1. */
function balance(experience: Experience, weights: Float32Array, share: number): void {
  let [own, shown] = [0, 0];
  for (const [row, weight] of weights.entries()) {
    if (experience.driver(row) === POLICY) own += weight;
    else shown += weight;
  }
  const boost = shown > 0 && own > 0 ? Math.max(1, (share / (1 - share)) * (own / shown)) : 1;
  const total = own + shown * boost;
  if (total === 0) return;
  for (const [row, weight] of weights.entries()) {
    const factor = experience.driver(row) === POLICY ? 1 : boost;
    weights[row] = (weight * factor * weights.length) / total;
  }
}

/**
 * Row numbers, each as often as it weighs (systematic resampling, unbiased): training then needs to know nothing of
 * weights. About `count` of them; empty when nothing weighs anything.
 */
export function resample(weights: Float32Array, count: number, random: Random): Int32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return new Int32Array(0);
  const out: number[] = [];
  const step = total / count;
  let next = random.next() * step;
  let sum = 0;
  for (const [row, weight] of weights.entries()) {
    sum += weight;
    for (; next < sum; next += step) out.push(row);
  }
  return Int32Array.from(out);
}
