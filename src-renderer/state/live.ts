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

/** Less than this cannot be seen: radians or ratio of a joint, metres of an object (and its quaternion's parts). */
const STILL = { joint: 0.001, object: 0.0002 };

/** The fast stream: some seconds of ticks, and the renderer's time (s) at which the newest arrived. */
export class LiveFeed {
  readonly ticks = new Ring<LiveTick>(600);
  arrived = 0;
  /** Goes up when something can be seen to have moved: a picture of the same number is as good as a new one. */
  moves = 0;
  #posed: LiveTick | undefined;
  readonly #listeners = new Set<(tick: LiveTick) => void>();

  get newest(): LiveTick | undefined {
    return this.ticks.newest;
  }

  push(tick: LiveTick, arrived: number): void {
    const last = this.ticks.newest;
    if (last && tick.n < last.n) this.ticks.clear(); // a new loop began
    this.ticks.push(tick);
    this.arrived = arrived;
    if (!this.#posed || moved(this.#posed, tick)) {
      this.#posed = tick;
      this.moves++;
    }
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

const differs = (a: readonly number[], b: readonly number[], least: number): boolean =>
  a.length !== b.length || a.some((value, i) => Math.abs(value - (b[i] ?? 0)) > least);

/** Compared with what was drawn last, not with the tick before: slow motion adds up and is seen. */
function moved(last: LiveTick, tick: LiveTick): boolean {
  if (differs(last.seen, tick.seen, STILL.joint)) return true;
  const names = Object.keys(tick.objects);
  if (names.length !== Object.keys(last.objects).length) return true;
  return names.some((name) => differs(last.objects[name] ?? [], tick.objects[name] ?? [], STILL.object));
}

export const live = new LiveFeed();
