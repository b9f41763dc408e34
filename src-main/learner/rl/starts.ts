import type { Random } from '../../core/random';

interface Hard {
  readonly start: number;
  failures: number;
}

/**
 * Where to practise: starts the policy failed from come back more often, until they are mastered (in the spirit of
 * prioritised level replay, Jiang et al. 2021). Fresh starts are numbered upwards from `first`; none is given twice.
 */
export class Starts {
  #next: number;
  readonly #hard: Hard[] = [];

  constructor(first: number) {
    this.#next = first;
  }

  fresh(): number {
    return this.#next++;
  }

  get hard(): number {
    return this.#hard.length;
  }

  /** How often the policy failed from this start since it last succeeded there. */
  failures(start: number): number {
    return this.#hard.find((hard) => hard.start === start)?.failures ?? 0;
  }

  /** A hard start where there is one, those with few failures first: there the way is near. Else a fresh one. */
  practise(random: Random, shareOfHard: number): number {
    if (this.#hard.length === 0 || random.next() >= shareOfHard) return this.fresh();
    const total = this.#hard.reduce((sum, { failures }) => sum + 1 / failures, 0);
    let at = random.next() * total;
    for (const { start, failures } of this.#hard) {
      at -= 1 / failures;
      if (at <= 0) return start;
    }
    return (this.#hard.at(-1) as Hard).start;
  }

  /** A success takes the start off the list of hard ones, a failure puts it on. */
  tell(start: number, success: boolean): void {
    const at = this.#hard.findIndex((hard) => hard.start === start);
    if (success && at >= 0) this.#hard.splice(at, 1);
    if (success) return;
    if (at >= 0) (this.#hard[at] as Hard).failures++;
    else this.#hard.push({ start, failures: 1 });
  }
}
