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

  /** A hard start where there is one, the more often failed the likelier; else a fresh one. */
  practise(random: Random, shareOfHard: number): number {
    if (this.#hard.length === 0 || random.next() >= shareOfHard) return this.fresh();
    const total = this.#hard.reduce((sum, { failures }) => sum + Math.sqrt(failures), 0);
    let at = random.next() * total;
    for (const { start, failures } of this.#hard) {
      at -= Math.sqrt(failures);
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
