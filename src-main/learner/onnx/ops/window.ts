import type { Emission } from '../emission';
import type { Attribute, Value } from '../graph';

/** What convolutions and pools share: a window that steps over a picture. */

/** B × H × W × C as the policy means it, lying as B × C × H × W. */
export const CHANNELS_FIRST = [0, 3, 1, 2];

export interface Window {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** @param x the larger side (the input of a convolution), @param small its result, both B × H × W × C */
export function windowOf(
  e: Emission,
  x: readonly number[],
  small: readonly number[],
  kernel: readonly [number, number],
): Window {
  const format = e.attr('dataFormat') ?? 'NHWC';
  if (format !== 'NHWC' && format !== 'channelsLast') throw e.unsupported(`with the layout ${String(format)}`);
  const strides = pair(e, 'strides');
  const dilations = e.attr('dilations') === undefined ? ([1, 1] as const) : pair(e, 'dilations');
  const [top, bottom] = padding(e, 0, x[1], small[1], kernel[0], strides[0], dilations[0]);
  const [left, right] = padding(e, 1, x[2], small[2], kernel[1], strides[1], dilations[1]);
  return { strides, dilations, pads: [top, left, bottom, right] };
}

export const attributesOf = ({ strides, dilations, pads }: Window): Record<string, Attribute> => ({
  strides,
  dilations,
  pads,
});

export function pair(e: Emission, name: string): [number, number] {
  const [a, b = a] = e.numbers(name);
  if (a === undefined || b === undefined) throw e.unsupported(`without ${name}`);
  return [a, b];
}

/** Pixels added before and after. As TensorFlow does it for `same`: an odd one goes to the end. */
function padding(e: Emission, side: number, size = 0, out = 0, kernel = 1, stride = 1, dilation = 1): [number, number] {
  const pad = e.attr('pad');
  if (pad === 'valid') return [0, 0];
  if (typeof pad === 'number') return [pad, pad];
  if (pad === 'same') {
    const total = Math.max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  }
  // Explicit: a pair for each of B, H, W, C.
  const explicit = e.pairs('pad')[side + 1];
  if (!explicit) throw e.unsupported(`with pad = ${String(pad)}`);
  return explicit;
}

/** A result that lies channels first. */
export const picture = (e: Emission, name: string, shape: readonly number[] = e.out.shape): Value => ({
  shape,
  dtype: 'float32',
  layout: CHANNELS_FIRST,
  name,
});
