/** `stalled`: no pictures come. `frozen`: pictures come, and all are the same. */
export type Life = 'live' | 'frozen' | 'stalled';

/** Seconds of one and the same picture, and of no picture, after which a person is told. */
const FROZEN = 1;
const STALLED = 1;
/** So many equal pictures at least: a slow camera is not a frozen one. */
const EQUAL = 3;

/**
 * A number that differs when any looked-at byte differs: FNV-1a over every seventh byte, which falls on other columns in
 * each row. Bytes as they came from the camera: averages would hide the noise of a dark room, which is a sign of life.
 */
export function pictureHash(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 7) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}

/** Whether a camera is alive, from when its pictures came and what some of them hashed to. Times in seconds. */
export class LifeWatch {
  #arrived: number;
  #hash: number | null = null;
  #changed = 0;
  #equal = 0;

  constructor(opened: number) {
    this.#arrived = opened;
  }

  arrived(t: number): void {
    this.#arrived = t;
  }

  looked(t: number, hash: number): void {
    if (hash === this.#hash) {
      this.#equal++;
      return;
    }
    this.#hash = hash;
    this.#changed = t;
    this.#equal = 0;
  }

  life(now: number): Life {
    if (now - this.#arrived > STALLED) return 'stalled';
    const same = this.#hash !== null && this.#equal >= EQUAL && this.#arrived - this.#changed > FROZEN;
    return same ? 'frozen' : 'live';
  }
}

/** Events a second over the last seconds. */
export class RateMeter {
  readonly #times: number[] = [];

  constructor(readonly window = 2) {}

  tick(t: number): void {
    this.#times.push(t);
    while ((this.#times[0] ?? t) < t - this.window) this.#times.shift();
  }

  /** 0 until there are two, and when the newest is older than the window. */
  rate(now: number): number {
    const first = this.#times[0];
    const last = this.#times[this.#times.length - 1];
    if (first === undefined || last === undefined || last === first || now - last > this.window) return 0;
    // A camera that stops is seen to slow down before it counts as stopped.
    const span = Math.max(last - first, now - first - 1);
    return (this.#times.length - 1) / span;
  }
}
