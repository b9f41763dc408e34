import { type Experience, INTERVENTION, POLICY } from './experience';

/**
 * Chunk-level steps of an experience, one for each row: at row t the state was s, the actions of the next h rows were
 * executed, and h rows later the state is s′. Reward 1 when the episode then ends well, else 0.
 */
export interface Transitions {
  readonly count: number;
  /** S: values of a state. */
  readonly features: number;
  /** h·A: values of an executed chunk. */
  readonly actions: number;
  /** h·A + 1 + 1 + S: a packed row. */
  readonly width: number;
  /** count × S, scaled. */
  readonly states: Float32Array;
  /** count × width: chunk, reward, discount of what comes after, next state. */
  readonly packed: Float32Array;
}

export interface TransitionOptions {
  /** Rows per step. */
  readonly horizon: number;
  /** What a success a second later is worth now, 0..1. */
  readonly discount: number;
  /** Rows per second. */
  readonly rate: number;
}

/**
 * A person who takes over says that the policy was failing: its stretch ends there, unrewarded (Luo et al. 2024, RLIF).
 * Only judged episodes count; a demonstration nobody judged is taken for a success.
 */
export function transitionsOf(experience: Experience, options: TransitionOptions): Transitions {
  const { horizon, rate } = options;
  const features = experience.criticFeatures;
  const { channels, rows } = experience;
  const actions = horizon * channels;
  const width = actions + 2 + features;
  const states = new Float32Array(rows * features);
  const packed = new Float32Array(rows * width);
  const perRow = options.discount ** (1 / rate);
  for (const episode of experience.episodes) {
    let end = episode.end;
    let won = episode.success ?? experience.driver(episode.start) !== POLICY;
    for (let row = episode.end; row >= episode.start; row--) {
      if (row < episode.end && overrules(experience, row)) {
        end = row;
        won = false;
      }
      experience.critic(row, states, row * features);
      const at = row * width;
      for (let k = 0; k < horizon; k++) {
        const then = Math.min(row + k, end);
        for (let c = 0; c < channels; c++) packed[at + k * channels + c] = experience.action(then, row, c);
      }
      const steps = Math.min(horizon, end - row);
      const last = row + horizon >= end;
      packed[at + actions] = last && won ? perRow ** steps : 0;
      packed[at + actions + 1] = last ? 0 : perRow ** horizon;
      experience.critic(Math.min(row + horizon, end), packed, at + actions + 2);
    }
  }
  scale(states, packed, features, rows, width, actions + 2);
  return { count: rows, features, actions, width, states, packed };
}

/** Whether a person takes over from the policy right after this row. */
const overrules = (experience: Experience, row: number): boolean =>
  experience.driver(row) === POLICY && experience.driver(row + 1) === INTERVENTION;

/** Mean 0, spread 1 of each value of a state, in place; the next states alike. */
function scale(
  states: Float32Array,
  packed: Float32Array,
  features: number,
  rows: number,
  width: number,
  from: number,
): void {
  for (let i = 0; i < features; i++) {
    let [sum, square] = [0, 0];
    for (let r = 0; r < rows; r++) sum += states[r * features + i] as number;
    const mean = sum / Math.max(1, rows);
    for (let r = 0; r < rows; r++) square += ((states[r * features + i] as number) - mean) ** 2;
    const std = Math.sqrt(square / Math.max(1, rows));
    const gain = std > 1e-6 ? 1 / std : 0;
    for (let r = 0; r < rows; r++) {
      const [a, b] = [r * features + i, r * width + from + i];
      states[a] = ((states[a] as number) - mean) * gain;
      packed[b] = ((packed[b] as number) - mean) * gain;
    }
  }
}
