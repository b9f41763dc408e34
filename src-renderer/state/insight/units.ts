import type { Insight } from '../../../src-main/core/insight';

type Unit = Insight['channels'][number]['unit'];

/** What a channel is shown in: as elsewhere degrees, percent and millimetres; `raw` as it was recorded. */
export const SHOWN: Readonly<
  Record<Unit, { readonly factor: number; readonly sign: string; readonly digits: number }>
> = {
  rad: { factor: 180 / Math.PI, sign: '°', digits: 1 },
  ratio: { factor: 100, sign: ' %', digits: 1 },
  m: { factor: 1000, sign: ' mm', digits: 1 },
  raw: { factor: 1, sign: '', digits: 3 },
};

export const shown = (value: number, unit: Unit): string =>
  Number.isFinite(value) ? `${(value * SHOWN[unit].factor).toFixed(SHOWN[unit].digits)}${SHOWN[unit].sign}` : '–';

export interface ChannelError {
  readonly channel: number;
  readonly name: string;
  readonly unit: Unit;
  /** Mean absolute error, in the robot's units. */
  readonly error: number;
  /** The error as a share of how far the demonstration moved this channel, 0..1; what the bars show, so that units compare. */
  readonly share: number;
}

/** Every channel's error, the largest share of its motion first. */
export function rankErrors({ channels, demonstrated, errors }: Insight): ChannelError[] {
  const all = channels.map(({ name, unit }, channel) => {
    const line = demonstrated[channel] ?? [];
    const error = errors[channel] ?? Number.NaN;
    const range = line.reduce((a, b) => Math.max(a, b), -Infinity) - line.reduce((a, b) => Math.min(a, b), Infinity);
    const share = range > 0 ? Math.min(1, error / range) : error > 0 ? 1 : 0;
    return { channel, name, unit, error, share: Number.isFinite(share) ? share : 1 };
  });
  return all.sort((a, b) => b.share - a.share || a.channel - b.channel);
}

/** The last of these moments that is not after `time`; −1 of an empty list. */
export function momentAt(times: readonly number[], time: number): number {
  let best = times.length > 0 ? 0 : -1;
  for (const [i, t] of times.entries()) if (t <= time + 1e-6) best = i;
  return best;
}

/** How familiar what the policy sees is: see `PolicyState.distance`. */
export function familiarity(distance: number): { readonly text: string; readonly level: 'good' | 'fair' | 'new' } {
  if (distance <= 1) return { text: 'Familiar', level: 'good' };
  return distance <= 2 ? { text: 'Unusual', level: 'fair' } : { text: 'New to it', level: 'new' };
}
