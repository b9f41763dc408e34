import { fault } from '../core/fault';
import type { JobWatch } from './job';

export const cancelled = () =>
  fault('cancelled', 'It was cancelled', 'Nothing was changed. Start it again when you like.');

/** To be called between the steps of long work: throws when the person changed their mind. */
export function goOn({ signal }: JobWatch): void {
  if (signal?.aborted) throw cancelled();
}

/** Bytes for a person. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [n, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
