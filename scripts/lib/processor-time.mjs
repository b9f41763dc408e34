// How much processor time a program and all that it started have used, from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

const TICKS = 100; // USER_HZ, the same on every Linux we run on

/** Seconds of processor time by process, of `root` and its descendants: { pid → { name, seconds } }. */
export function processorTimes(root) {
  const all = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const type = /--type=([\w-]+)/.exec(readFileSync(`/proc/${entry}/cmdline`, 'utf8'))?.[1] ?? 'main';
      const service = /--utility-sub-type=([\w.]+)/.exec(readFileSync(`/proc/${entry}/cmdline`, 'utf8'))?.[1];
      const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
      all.set(Number(entry), { parent: Number(fields[1]), name: service?.split('.').pop() ?? type, seconds });
    } catch {
      // It ended meanwhile.
    }
  }
  const wanted = new Set([root]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [pid, { parent }] of all) {
      if (wanted.has(parent) && !wanted.has(pid)) {
        wanted.add(pid);
        grew = true;
      }
    }
  }
  return new Map([...all].filter(([pid]) => wanted.has(pid)));
}

/** Cores used between two looks, in all and by kind of process. */
export function coresBetween(before, after, seconds) {
  const byName = {};
  let total = 0;
  for (const [pid, { name, seconds: used }] of after) {
    const cores = (used - (before.get(pid)?.seconds ?? 0)) / seconds;
    total += cores;
    byName[name] = (byName[name] ?? 0) + cores;
  }
  return { total, byName };
}

/** What else the machine was doing: a figure taken on a busy machine should say so. */
export const load = () => loadavg()[0];
