import { norm, scale, sub, type Vec3 } from '../../core/pose';

/** 0 below `from`, 1 above `to` (or the other way round), smooth between. */
export function ramp(value: number, from: number, to: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** Velocity towards a point: `speed` from afar, slowing down over the last centimetres (gain 1/s). */
export function towards(from: Vec3, to: Vec3, speed: number, gain = 5): Vec3 {
  const way = sub(to, from);
  const distance = norm(way);
  if (distance < 1e-6) return [0, 0, 0];
  return scale(way, Math.min(speed, gain * distance) / distance);
}

export const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** An angle as the nearest one to zero that is the same modulo `period`. */
export const nearest = (angle: number, period: number): number => angle - period * Math.round(angle / period);
