/**
 * Joins the renderer's clock to main's. A round trip that left at `sent`, was stamped `renderer` over there and was back
 * at `received` bounds the offset to (sent + received) / 2 − renderer ± half its duration; the shortest of the recent
 * ones is believed (Cristian, "Probabilistic clock synchronization", 1989). All times in seconds.
 */
const RECENT = 64;

interface Sample {
  readonly trip: number;
  readonly offset: number;
}

export class ClockJoin {
  #samples: Sample[] = [];
  #best: Sample | null = null;

  add(sent: number, renderer: number, received: number): void {
    const trip = received - sent;
    if (!(trip >= 0) || !Number.isFinite(renderer) || !Number.isFinite(trip)) return;
    const sample = { trip, offset: (sent + received) / 2 - renderer };
    const last = this.#samples[this.#samples.length - 1];
    // A reloaded page or a suspended computer: the old samples speak of another clock.
    if (last && Math.abs(sample.offset - last.offset) > sample.trip / 2 + last.trip / 2 + 0.05) this.#samples = [];
    this.#samples.push(sample);
    if (this.#samples.length > RECENT) this.#samples.shift();
    this.#best = this.#samples.reduce((best, one) => (one.trip < best.trip ? one : best));
  }

  get joined(): boolean {
    return this.#best !== null;
  }

  /** The most that `toMain` can be wrong by. */
  get uncertainty(): number {
    return this.#best ? this.#best.trip / 2 : Number.POSITIVE_INFINITY;
  }

  /** A time of the renderer on main's clock; unchanged before the first round trip. */
  toMain(renderer: number): number {
    return renderer + (this.#best?.offset ?? 0);
  }
}
