import type { Random } from '../core/random';

/**
 * Row numbers in random order, again and again. Which rows batch n holds depends on the seed and n alone, so that a
 * training that was interrupted goes on with the very batches it would have had.
 */
export class Shuffler {
  #order: readonly number[] = [];
  #epoch = -1;

  constructor(
    readonly rows: Int32Array,
    readonly random: Random,
  ) {}

  /** Batch number `n` (0, 1, …) of `size` rows. */
  batch(n: number, size: number): Int32Array {
    const out = new Int32Array(size);
    for (let i = 0; i < size; i++) {
      const at = n * size + i;
      const epoch = Math.floor(at / this.rows.length);
      if (epoch !== this.#epoch) {
        this.#order = this.random.fork(epoch).shuffle([...this.rows]);
        this.#epoch = epoch;
      }
      out[i] = this.#order[at - epoch * this.rows.length] as number;
    }
    return out;
  }

  /** How often all rows were seen after `n` batches. */
  epochs(n: number, size: number): number {
    return Math.floor((n * size) / this.rows.length);
  }
}
