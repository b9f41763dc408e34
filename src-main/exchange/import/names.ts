import { basename, extname } from 'node:path';
import type { Channel } from '../../core/episode';
import type { Unit } from '../../core/types';

/** A name as datasets allow it: letters, digits, `_`, `-` and `.`, at most 64. */
export const plainName = (text: string): string => text.replace(/[^\w.-]+/g, '_').slice(0, 64) || '_';

/** Plain names, none twice: the second `x` becomes `x_2`. */
export function plainNames(texts: readonly string[]): string[] {
  const used = new Set<string>();
  return texts.map((text) => {
    const name = plainName(text);
    let free = name;
    for (let n = 2; used.has(free); n++) free = `${name.slice(0, 58)}_${n}`;
    used.add(free);
    return free;
  });
}

/** `joint_0` …: another program's numbers, of unknown unit. */
export const unnamed = (count: number, stem = 'joint'): Channel[] =>
  Array.from({ length: count }, (_, i) => ({
    name: count === 1 && stem !== 'joint' ? stem : `${stem}_${i}`,
    unit: 'raw',
  }));

export const channel = (name: string, unit: Unit | 'raw' = 'raw'): Channel => ({ name, unit });

/** A task in words from a file or folder name: `sim_transfer_cube` → `sim transfer cube`. */
export const taskFrom = (path: string): string =>
  basename(path, extname(path))
    .replace(/[_\s]+/g, ' ')
    .trim()
    .slice(0, 500) || 'imported';
