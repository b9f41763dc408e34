import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { codeOf } from '../files';

/** Who wrote a lock or a take: enough to know later whether that process still lives. */
export const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** When it started, in the system's own words; null where the system does not say. A new process with an old number differs. */
  started: z.string().max(80).nullable(),
  host: z.string().max(255),
});
export type Owner = z.infer<typeof ownerSchema>;

let self: Owner | null = null;
/** A process that works on datasets for another one (the dataset process for the app) signs as that one. */
export function signAs(owner: Owner): void {
  self = owner;
}
export function thisProcess(): Owner {
  self ??= { pid: process.pid, started: startOf(process.pid), host: hostname() };
  return self;
}

export const isThisProcess = (owner: Owner): boolean => {
  const me = thisProcess();
  return owner.pid === me.pid && owner.started === me.started && owner.host === me.host;
};

/** Null when it cannot be known: a process of another computer. */
export function isAlive(owner: Owner): boolean | null {
  if (owner.host !== thisProcess().host) return null;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  return owner.started === startOf(owner.pid);
}

/** Linux only: field 22 of /proc/N/stat, clock ticks since the system started. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
