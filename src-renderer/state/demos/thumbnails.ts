/** A picture that holds memory until it is closed. */
export interface Closable {
  close(): void;
}

interface Wish<K, P> {
  readonly what: K;
  readonly tell: Set<(picture: P | null) => void>;
}

/**
 * Small pictures made on demand: a few at a time, newest wish first (one scrolls past many and stops at some), and a bounded
 * number kept. `make` resolves to null when there is none, which is remembered; when it rejects, it is tried again at the
 * next wish.
 */
export class ThumbnailCache<K, P extends Closable> {
  readonly #kept = new Map<string, P | null>();
  readonly #wishes = new Map<string, Wish<K, P>>();
  #busy = 0;

  constructor(
    readonly make: (what: K) => Promise<P | null>,
    readonly capacity = 400,
    readonly atOnce = 2,
  ) {}

  /** Calls back at once when it is there, else later; the returned function takes the wish back. */
  want(key: string, what: K, tell: (picture: P | null) => void): () => void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept); // used: the youngest again
      tell(kept);
      return () => {};
    }
    const wish = this.#wishes.get(key) ?? { what, tell: new Set() };
    wish.tell.add(tell);
    this.#wishes.delete(key);
    this.#wishes.set(key, wish);
    this.#next();
    return () => {
      wish.tell.delete(tell);
      if (wish.tell.size === 0 && this.#wishes.get(key) === wish) this.#wishes.delete(key);
    };
  }

  get size(): number {
    return this.#kept.size;
  }

  clear(): void {
    for (const picture of this.#kept.values()) picture?.close();
    this.#kept.clear();
  }

  #next(): void {
    while (this.#busy < this.atOnce) {
      const newest = [...this.#wishes].at(-1);
      if (!newest) return;
      const [key, wish] = newest;
      this.#wishes.delete(key);
      this.#busy++;
      void this.#fulfil(key, wish);
    }
  }

  async #fulfil(key: string, wish: Wish<K, P>): Promise<void> {
    let picture: P | null = null;
    try {
      picture = await this.make(wish.what);
      this.#keep(key, picture);
    } catch {
      // Not now: perhaps the machine was busy.
    }
    this.#busy--;
    for (const tell of wish.tell) tell(picture);
    this.#next();
  }

  #keep(key: string, picture: P | null): void {
    this.#kept.get(key)?.close();
    this.#kept.set(key, picture);
    for (const [oldest, held] of this.#kept) {
      if (this.#kept.size <= this.capacity) return;
      held?.close();
      this.#kept.delete(oldest);
    }
  }
}
