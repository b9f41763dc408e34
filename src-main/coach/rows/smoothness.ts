import type { Motion } from './motion';
import { velocity } from './motion';
import { spectrum, windows } from './spectrum';

/** Seconds of one window: long enough for one movement, so that the figure does not grow with the episode. */
export const WINDOW = 2;
/** Windows slower than this on average, units per second, say nothing about smoothness. */
const MOVING = 0.05;

/** SPARC's own constants (Balasubramanian et al. 2015): upper frequency, Hz, and the share of the peak that counts. */
const UPPER = 10;
const COUNTS = 0.05;

/**
 * Spectral arc length of the speed |v(t)|, mean over windows: 0 … about -1.5 is one smooth stroke, more negative is
 * shakier. -Σ sqrt((Δf / f_c)² + ΔV̂²) over the normalised magnitude V̂ up to the last frequency where it is ≥ 0.05.
 * S. Balasubramanian, A. Melendez-Calderon, A. Roby-Brami, E. Burdet, "On the analysis of movement smoothness",
 * J. NeuroEngineering and Rehabilitation 12:112, 2015.
 */
export function smoothness({ state, fps }: Motion): number {
  const channels = state.map((values) => velocity(values, fps));
  const speed = speedOf(channels);
  const lengths = [...windows(speed, fps, WINDOW)].flatMap((part) => windowSmoothness(part, fps) ?? []);
  return lengths.length > 0 ? lengths.reduce((sum, v) => sum + v, 0) / lengths.length : 0;
}

/** |v(t)| of velocities by channel. */
export const speedOf = (channels: readonly Float64Array[]): Float64Array =>
  Float64Array.from(channels[0] ?? [], (_, k) => Math.hypot(...channels.map((v) => v[k] as number)));

/** Of the speeds of one window; null when it hardly moves. */
export function windowSmoothness(speed: Float64Array, fps: number): number | null {
  if (speed.length < 4 || speed.reduce((sum, v) => sum + v, 0) / speed.length < MOVING) return null;
  return arcLength(spectrum(speed, fps, 2));
}

function arcLength({ magnitude, step }: { magnitude: Float64Array; step: number }): number {
  const peak = magnitude[0] || 1;
  let last = Math.min(magnitude.length - 1, Math.floor(UPPER / step));
  while (last > 1 && (magnitude[last] as number) / peak < COUNTS) last--;
  let sum = 0;
  for (let k = 1; k <= last; k++) {
    sum += Math.hypot(1 / last, ((magnitude[k] as number) - (magnitude[k - 1] as number)) / peak);
  }
  return -sum;
}

/** A hand means what it does below this, Hz; above it are tremor (8–12 Hz), noise and hiccups. */
const MEANT = 5;
/** Faster changes below this, units per second r.m.s. in a channel, are an encoder's own steps. */
const GRAIN = 0.03;

/**
 * Share of the motion's power (velocity², all channels) above 5 Hz, 0–1: the worse of what was measured and what was
 * commanded, for a policy learns the commands.
 */
export function tremor({ state, action, fps }: Motion): number {
  return Math.max(fastShare(state, fps), fastShare(action, fps));
}

function fastShare(channels: readonly Float64Array[], fps: number): number {
  let fast = 0;
  let all = 0;
  for (const values of channels) {
    for (const part of windows(velocity(values, fps), fps, WINDOW)) {
      const power = windowPower(part, fps);
      fast += power.fast;
      all += power.all;
    }
  }
  return all > 0 ? fast / all : 0;
}

/** Mean square velocity in one window of one channel, units²/s²: above 5 Hz, and in all. */
export function windowPower(part: Float64Array, fps: number): { fast: number; all: number } {
  const cut = Math.min(MEANT, fps / 4);
  const { magnitude, step } = spectrum(part, fps, 0);
  // Parseval, over one side of the spectrum; a Hann window keeps 3/8 of the power.
  const scale = 1 / (magnitude.length - 1) / Math.max(1, part.length) / 0.375;
  let fast = 0;
  let all = 0;
  for (let k = 0; k < magnitude.length; k++) {
    const power = (magnitude[k] as number) ** 2 * scale;
    all += power;
    if (k * step > cut) fast += power;
  }
  const grain = Math.min(fast, GRAIN ** 2);
  return { fast: fast - grain, all: all - grain };
}
