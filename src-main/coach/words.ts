/** Numbers and names for people. */

/** A share: `31 %`, `0.4 %`. */
export const percent = (share: number): string =>
  `${share > 0 && share < 0.01 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;

export const seconds = (s: number): string => `${s.toFixed(1)} s`;

/** `1 take`, `2 takes`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** `cube.to.target.x` → `cube to target x`. */
export const words = (name: string): string => name.replace(/[._]+/g, ' ').trim();

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;

/** A length in metres. */
export const centimetres = (m: number): string => `${(100 * m).toFixed(Math.abs(m) < 0.1 ? 1 : 0)} cm`;
