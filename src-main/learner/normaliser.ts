import { z } from 'zod';

/** Values that vary by less (rad, m or ratio) than any sensor here resolves count as constant. */
export const CONSTANT_BELOW = 1e-3;
/** Inputs further from the mean than this many standard deviations are cut: no demonstration ever showed them. */
export const CUT = 5;

export const normaliserSchema = z
  .object({ mean: z.array(z.number()), std: z.array(z.number().min(0)) })
  .refine((n) => n.mean.length === n.std.length, { message: 'mean and std differ in length' });

/** 1 / std, and 0 for a constant feature (std 0). */
export const gainOf = (std: number): number => (std > 0 ? 1 / std : 0);

/**
 * Per feature (value − mean) / std. A constant feature becomes 0 and comes back as its mean, so that a joint nobody
 * moved neither divides by zero nor amplifies sensor noise; its std is kept as 0. Travels inside the checkpoint.
 */
export class Normaliser {
  readonly size: number;
  readonly #gain: Float64Array;

  constructor(
    readonly mean: readonly number[],
    readonly std: readonly number[],
  ) {
    this.size = mean.length;
    this.#gain = Float64Array.from(std, gainOf);
  }

  /**
   * @param each calls its argument once per sample with a function giving feature `i`. Two passes: exact for offsets.
   * @param floor spread below which a feature counts as constant: in robot units the same for all, in unknown ones by feature
   */
  static fit(
    size: number,
    each: (visit: (value: (i: number) => number) => void) => void,
    floor: (i: number) => number = () => CONSTANT_BELOW,
  ): Normaliser {
    const mean = new Float64Array(size);
    const square = new Float64Array(size);
    let count = 0;
    each((value) => {
      count++;
      for (let i = 0; i < size; i++) mean[i] = (mean[i] ?? 0) + value(i);
    });
    for (let i = 0; i < size; i++) mean[i] = (mean[i] ?? 0) / Math.max(1, count);
    each((value) => {
      for (let i = 0; i < size; i++) square[i] = (square[i] ?? 0) + (value(i) - (mean[i] ?? 0)) ** 2;
    });
    return new Normaliser(
      [...mean],
      Array.from(square, (s, i) => {
        const std = Math.sqrt(s / Math.max(1, count));
        return std < floor(i) ? 0 : std;
      }),
    );
  }

  forward(i: number, value: number): number {
    const scaled = (value - (this.mean[i] ?? 0)) * (this.#gain[i] ?? 0);
    return Math.max(-CUT, Math.min(CUT, scaled));
  }

  backward(i: number, scaled: number): number {
    return (this.mean[i] ?? 0) + ((this.#gain[i] ?? 0) === 0 ? 0 : scaled * (this.std[i] ?? 0));
  }

  toJSON(): { mean: readonly number[]; std: readonly number[] } {
    return { mean: this.mean, std: this.std };
  }
}
