import type { Tally } from '../../core/practice';
import { wilson } from '../../core/statistics';

export interface Contender {
  readonly weights: Float32Array;
  readonly tally: Tally;
}

/** Rollouts without noise on fresh starts. */
export type Measure = (weights: Float32Array) => Promise<Tally>;

export const rate = ({ successes, trials }: Tally): number => (trials > 0 ? successes / trials : 0);
export const plus = (a: Tally, b: Tally): Tally => ({
  successes: a.successes + b.successes,
  trials: a.trials + b.trials,
});
export const lowerBound = ({ successes, trials }: Tally): number => (trials > 0 ? wilson(successes, trials)[0] : 0);

/**
 * Keeps the best weights. A challenger whose first check looks at least as good meets the holder again, both on fresh
 * starts, and must then be at least as good on all checks taken together: of many checks the luckiest alone would crown
 * the wrong one (the winner's curse), and a lucky holder would keep its title for ever.
 */
export class Champion {
  #holder: Contender;

  constructor(start: Contender) {
    this.#holder = start;
  }

  get holder(): Contender {
    return this.#holder;
  }

  /** Resolves to whether the challenger now holds the title. */
  async challenge({ weights, tally }: Contender, measure: Measure): Promise<boolean> {
    if (rate(tally) < rate(this.#holder.tally)) return false;
    const again = await measure(weights);
    this.#holder = { ...this.#holder, tally: plus(this.#holder.tally, await measure(this.#holder.weights)) };
    const both = plus(tally, again);
    if (rate(both) < rate(this.#holder.tally)) return false;
    this.#holder = { weights, tally: both };
    return true;
  }
}
