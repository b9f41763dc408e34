// A seeded generator (mulberry32) for the tasks of this bench, and a hand that moves like a person's.
export function seeded(seed) {
  // Neighbouring seeds must not begin alike.
  let state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) >>> 0;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low, high) => low + (high - low) * next();
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, between, normal };
}

/** Trembles (correlated noise), hesitates at the start, has a pace of its own and misses its waypoints by a little. */
export class Hand {
  constructor(random, size, dimensions) {
    this.random = random;
    this.size = size;
    this.pace = random.between(0.7, 1.2);
    this.pause = Math.floor(random.between(0, 8));
    this.tremor = Array.from({ length: dimensions }, () => 0);
    this.misses = Array.from({ length: 6 }, () => this.tremor.map(() => random.normal() * size * 1.5));
  }
  tremble() {
    this.tremor = this.tremor.map((v) => 0.85 * v + this.random.normal() * this.size * 0.5);
    return this.tremor;
  }
}

export const add = (a, b, scale = 1) => a.map((v, i) => v + scale * b[i]);
export const sub = (a, b) => a.map((v, i) => v - b[i]);
export const length = (v) => Math.hypot(...v);
export const clip = (v, low, high) => Math.min(high, Math.max(low, v));
/** From `a` towards `b`, at most `step`. */
export const toward = (a, b, step) => add(a, sub(b, a), Math.min(1, step / Math.max(1e-9, length(sub(b, a)))));
