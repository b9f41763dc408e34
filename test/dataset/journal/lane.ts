import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Random } from '../../../src-main/core/random';
import { type Phase, type Told, toldSchema, type VictimOptions } from './told';

/** What the parent knows of one take from what its process said before it was killed. */
export interface KnownTake {
  readonly id: string;
  /** Rows that were recorded for sure. */
  rows: number;
  state: 'open' | 'confirming' | 'kept' | 'discarding' | 'discarded';
  task: string | null;
  success: boolean | null;
}

/** Milliseconds after a phase began within which the blow falls. */
const WINDOW: Record<Phase, number> = {
  opening: 120,
  recording: 400,
  confirming: 12,
  finalising: 60,
  editing: 40,
  discarding: 8,
};

/** Starts a victim, lets it get to the `nth` time it says `phase`, and kills it soon after. Resolves to when it died. */
export async function killDuring(
  victim: string,
  options: VictimOptions,
  target: { readonly phase: Phase; readonly nth: number },
  takes: Map<string, KnownTake>,
): Promise<{ died: Phase; failures: string[] }> {
  const child = spawn(process.execPath, [victim, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const random = new Random(options.seed * 7 + 3);
  const failures: string[] = [];
  let phase: Phase = 'opening';
  let left = target.nth;
  // With its dataset process, as the app takes its own with it: the two are a group of processes.
  const kill = () => {
    if (process.platform === 'win32' || !child.pid) child.kill('SIGKILL');
    else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  // Whatever the process does, it does not live long.
  const end = setTimeout(kill, 6_000);
  let blow: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may be cut by the blow.
    const told = parse(line);
    if (!told) continue;
    if ('failed' in told) failures.push(told.failed);
    if ('phase' in told) {
      phase = told.phase;
      if (phase === target.phase && --left === 0) blow = setTimeout(kill, random.between(0, WINDOW[phase]));
    }
    note(told, takes);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(end);
  clearTimeout(blow);
  if (child.exitCode !== null && failures.length === 0) failures.push(`it ended by itself with code ${child.exitCode}`);
  return { died: phase, failures };
}

function note(told: Told, takes: Map<string, KnownTake>): void {
  if (!('id' in told) || told.id === undefined) return;
  const take = takes.get(told.id) ?? { id: told.id, rows: 0, state: 'open', task: null, success: null };
  takes.set(told.id, take);
  if ('rows' in told) take.rows = told.rows;
  if ('discarded' in told) take.state = 'discarded';
  if ('kept' in told) Object.assign(take, { rows: told.kept, state: 'kept', task: told.task, success: told.success });
  if ('phase' in told && told.phase === 'confirming') take.state = 'confirming';
  if ('phase' in told && told.phase === 'discarding') take.state = 'discarding';
}

function parse(line: string): Told | null {
  try {
    return toldSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
