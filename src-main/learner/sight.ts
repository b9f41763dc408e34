import type { Observation } from '../core/types';

/** Seconds of joint readings to keep: more than a picture can be late and still be of use. */
const MEMORY = 1;

/**
 * Pictures arrive late: drawn, read back and sent over while the arm moves on. In a recording, frame k and row k are of
 * one moment; so at run time a picture is paired with the joints that were measured when it was taken.
 */
export class Sight {
  #recent: Observation[] = [];

  clear(): void {
    this.#recent = [];
  }

  /** The observation of the moment its oldest picture was taken; `seen` itself when it has no pictures. */
  align(seen: Observation): Observation {
    this.#recent.push(seen);
    while ((this.#recent[0]?.t ?? seen.t) < seen.t - MEMORY) this.#recent.shift();
    const { images } = seen;
    if (!images) return seen;
    const taken = Math.min(seen.t, ...Object.values(images).map((image) => image.t));
    const then = this.#recent.reduce((best, one) => (Math.abs(one.t - taken) < Math.abs(best.t - taken) ? one : best));
    return { ...then, images };
  }
}
