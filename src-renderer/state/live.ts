import type { LiveTick } from '../../src-main/core/state';
import type { Unsubscribe } from '../../src-main/core/types';

/** A fixed number of newest items; old ones are overwritten. Not reactive: readers draw when they draw. */
export class Ring<T> {
  readonly #items: T[] = [];
  #next = 0;

  constructor(readonly capacity: number) {}

  push(item: T): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.capacity;
  }

  get length(): number {
    return this.#items.length;
  }

  get newest(): T | undefined {
    return this.#items[(this.#next + this.capacity - 1) % this.capacity];
  }

  /** Oldest first. */
  toArray(): T[] {
    if (this.#items.length < this.capacity) return [...this.#items];
    return [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)];
  }

  clear(): void {
    this.#items.length = 0;
    this.#next = 0;
  }
}

/** The fast stream: some seconds of ticks, and the renderer's time (s) at which the newest arrived. */
export class LiveFeed {
  readonly ticks = new Ring<LiveTick>(600);
  arrived = 0;
  readonly #listeners = new Set<(tick: LiveTick) => void>();

  get newest(): LiveTick | undefined {
    return this.ticks.newest;
  }

  push(tick: LiveTick, arrived: number): void {
    const last = this.ticks.newest;
    if (last && tick.n < last.n) this.ticks.clear(); // a new loop began
    this.ticks.push(tick);
    this.arrived = arrived;
    for (const listener of this.#listeners) listener(tick);
  }

  on(listener: (tick: LiveTick) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  listen(port: MessagePort): void {
    port.onmessage = (event: MessageEvent<LiveTick>) => this.push(event.data, performance.now() / 1000);
  }
}

export const live = new LiveFeed();
