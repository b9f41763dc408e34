import { fault, revive, toFault } from '../core/fault';
import { parseMessage } from '../core/learner-messages';
import type { ChildProcessPort } from '../core/learning';
import type { JobState } from '../core/state';
import { type FromJob, fromJobSchema, type JobOutcome, type JobRequest, type ToJob } from '../exchange/job';

export interface JobsHost {
  /** A fresh process for one job. */
  spawn(): ChildProcessPort<ToJob, FromJob>;
  changed(): void;
}

export interface JobPlan {
  readonly request: JobRequest;
  readonly title: string;
  /** In the app, before the work begins and after it has ended well or badly; a failure of either fails the job. */
  readonly before?: () => Promise<void>;
  readonly after?: () => Promise<void>;
  /** When it went well: open what was made. */
  readonly finish?: () => Promise<void>;
}

/** A child that does not answer a cancel for this long is ended, milliseconds. What it left is swept next time. */
const PATIENCE = 8000;

/** One long piece of work at a time, in a process of its own. The state stays until it is dismissed. */
export class Jobs {
  #state: JobState | null = null;
  #cancel: (() => void) | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(private readonly host: JobsHost) {}

  state(): JobState | null {
    return this.#state;
  }

  get running(): JobState['kind'] | null {
    return this.#state?.phase === 'running' ? this.#state.kind : null;
  }

  /** For calls that change the open dataset: a job that reads it must find it as it began. */
  assertMayEdit(): void {
    if (this.#state?.phase !== 'running' || this.running === 'import' || this.running === 'pull') return;
    throw fault('busy', `"${this.#state.title}" is reading this dataset`, 'Wait until it is done, or cancel it.');
  }

  /** For calls that open a dataset or record into it: while it is repaired it is closed. */
  assertMayOpen(): void {
    if (this.running === 'repair') throw fault('busy', 'The dataset is being repaired', 'Wait until that is done.');
  }

  /** Begins and returns; the rest is told by `state`. Throws `busy` when a job is under way. */
  start(plan: JobPlan): void {
    if (this.running) throw fault('busy', 'Another piece of work is under way', 'Wait until it is done, or cancel it.');
    const { request, title } = plan;
    this.#set({ kind: request.kind, title, phase: 'running', done: 0, total: 0, note: '', report: [], fault: null });
    this.#working = this.#work(plan).then(
      ({ note, report }) => this.#change({ phase: 'done', note, report }),
      (error: unknown) => {
        const data = toFault(error);
        if (data.kind === 'cancelled') this.#change({ phase: 'cancelled', note: data.tip });
        else this.#change({ phase: 'failed', note: '', fault: data });
      },
    );
  }

  cancel(): void {
    this.#cancel?.();
  }

  dismiss(): void {
    if (!this.running) this.#set(null);
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    return this.#working;
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#working;
  }

  async #work({ request, before, after, finish }: JobPlan): Promise<JobOutcome> {
    await before?.();
    let outcome: JobOutcome;
    try {
      outcome = await this.#inChild(request);
    } finally {
      await after?.();
    }
    await finish?.();
    return outcome;
  }

  #inChild(request: JobRequest): Promise<JobOutcome> {
    const child = this.host.spawn();
    let patience: NodeJS.Timeout | undefined;
    return new Promise<JobOutcome>((resolve, reject) => {
      this.#cancel = () => {
        child.send({ type: 'cancel' });
        this.#change({ note: 'Cancelling …' });
        patience ??= setTimeout(
          () => reject(fault('cancelled', 'Cancelled', 'What was begun is swept away.')),
          PATIENCE,
        );
      };
      child.onMessage((data) => {
        try {
          const message = parseMessage(fromJobSchema, data, 'job');
          if (message.type === 'progress') this.#change(message.progress);
          if (message.type === 'done') resolve(message.outcome);
          if (message.type === 'failed') reject(revive(message.fault));
        } catch (error) {
          reject(error);
        }
      });
      child.onExit((code) =>
        reject(
          fault(
            'child-died',
            `The work ended by itself${code === null ? '' : ` (code ${code})`}`,
            'Nothing was changed. Check the files it read (`dataset check`), and that memory is left.',
          ),
        ),
      );
      child.send({ type: 'run', request });
    }).finally(() => {
      clearTimeout(patience);
      this.#cancel = null;
      child.kill();
    });
  }

  #change(change: Partial<JobState>): void {
    if (this.#state) this.#set({ ...this.#state, ...change });
  }

  #set(state: JobState | null): void {
    this.#state = state;
    this.host.changed();
  }
}
