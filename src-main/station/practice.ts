import { join } from 'node:path';
import { fault, toFault } from '../core/fault';
import type { CheckpointInfo } from '../core/learning';
import type { PracticeChoice, PracticeProgress, PracticeState } from '../core/practice';
import { practiceOptionsSchema } from '../core/practice';
import type { TaskId } from '../core/task';
import { type PracticePort, practiseIn } from './practice-client';

export interface PracticeHost {
  /** A fresh process for one practice. */
  spawn(): PracticePort;
  /** Folder of all policies. */
  readonly policies: string;
  changed(): void;
}

/** What the app has open at the moment. */
export interface PracticeSetting {
  /** The simulated exercise; null on a real robot. */
  readonly task: TaskId | null;
  /** Folder of the open dataset. */
  readonly dataset: string | null;
}

const IDLE: PracticeState = {
  phase: 'idle',
  name: null,
  where: 'simulator',
  progress: null,
  result: null,
  fault: null,
};

/** One practice at a time, in a process of its own; the state stays until it is dismissed. */
export class Practice {
  #state: PracticeState = IDLE;
  #abort: AbortController | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(private readonly host: PracticeHost) {}

  state(): PracticeState {
    return this.#state;
  }

  /** Begins and returns; `finished` is called when it is over, with an error that is no cancel. */
  start(
    choice: PracticeChoice,
    parent: CheckpointInfo,
    setting: PracticeSetting,
    finished: (error: unknown) => void,
  ): void {
    if (this.#abort) throw fault('busy', 'A practice is under way', 'Stop it first, or wait for it to end.');
    const { where, minutes } = choice;
    const place = where === 'simulator' ? inSimulator(parent, setting) : inTrials(setting);
    const options = practiceOptionsSchema.parse({
      ...place,
      policy: parent.folder,
      out: join(this.host.policies, `${new Date().toISOString().replace(/[:.]/g, '-')}-practised`),
      name: practisedName(parent.name),
      minutes,
      // Another one each time: starts that a policy practised on are no test of it any more.
      seed: choice.seed ?? Math.floor(Math.random() * 1e6),
    });
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ ...IDLE, phase: 'running', name: parent.name, where });
    const watch = { onProgress: (progress: PracticeProgress) => this.#set({ progress }), signal: abort.signal };
    const ended = (change: Partial<PracticeState>, error: unknown): void => {
      this.#abort = null;
      this.#set(change);
      finished(error);
    };
    this.#working = practiseIn(this.host.spawn(), options, watch).then(
      (result) => ended({ phase: 'done', result }, null),
      (error: unknown) => ended({ phase: 'failed', fault: toFault(error) }, error),
    );
  }

  /** Keeps the best so far. */
  stop(): void {
    if (!this.#abort || this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#set({ phase: 'stopping' });
  }

  dismiss(): void {
    if (!this.#abort) this.#set(IDLE);
  }

  /** The app is closing: nobody waits for an exam any more. */
  async close(): Promise<void> {
    this.stop();
    await Promise.race([this.#working, new Promise((resolve) => setTimeout(resolve, CLOSING).unref())]);
  }

  #set(change: Partial<PracticeState>): void {
    this.#state = { ...this.#state, ...change };
    this.host.changed();
  }
}

/** Milliseconds that closing the app waits for a practice to end. */
const CLOSING = 500;

function inSimulator({ spec }: CheckpointInfo, { task }: PracticeSetting): { task: TaskId } {
  if (!task) {
    throw fault(
      'incompatible',
      'Practice needs a simulated exercise, and a real robot is open',
      'Let the policy do recorded trials, label them, and learn from those.',
    );
  }
  if (spec.observation.cameras.length > 0) {
    throw fault(
      'incompatible',
      'A policy that looks at pictures cannot practise in the background',
      'Learn from its recorded trials, or practise with a state policy.',
    );
  }
  return { task };
}

function inTrials({ dataset }: PracticeSetting): { dataset: string } {
  if (dataset) return { dataset };
  throw fault(
    'not-found',
    'No dataset is open',
    'Open the one that holds recorded trials of this policy, on the Demos screen.',
  );
}

/** "Push" → "Push, practised" → "Push, practised 2". */
export function practisedName(name: string): string {
  const [, base = name, times] = /^(.*), practised(?: (\d+))?$/.exec(name) ?? [];
  const again = base === name ? '' : ` ${Number(times ?? 1) + 1}`;
  return `${base.slice(0, 100)}, practised${again}`;
}
