import type { Motion } from './motion';
import { wayUpTo } from './path';

/** Points of an outline: enough to tell two ways of doing a task apart. */
export const OUTLINE = 8;

/** The way through joint space as `OUTLINE` points evenly spread over its length, channel by channel within each point. */
export function outline(motion: Motion): number[] {
  const { state, length } = motion;
  const gone = wayUpTo(motion);
  const total = gone[length - 1] ?? 0;
  let k = 0;
  return Array.from({ length: OUTLINE }, (_, n) => {
    const at = (total * n) / (OUTLINE - 1);
    while (k < length - 1 && (gone[k] as number) < at) k++;
    return state.map((v) => round(v[k] ?? 0));
  }).flat();
}

/** Four digits are plenty, and keep the cache small. */
export const round = (value: number): number => Number(value.toPrecision(4));
