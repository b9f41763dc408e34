import { join } from 'node:path';
import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import type { TrainProgress, TrainResult } from '../core/learning';
import type { TrainState } from '../core/state';
import type { TrainChoice, TrainingRun } from '../core/training-run';
import { removeRunState } from '../learner/run-state';
import { ActiveRun, type ActiveRunHost } from './active-run';
import type { RunStore } from './run-store';
import { trainingOptions, type Wanted } from './training-options';

export interface TrainingHost extends Pick<ActiveRunHost, 'spawnTrainer' | 'spawnRollouts' | 'before'> {
  /** Folder for checkpoints. */
  readonly policies: string;
  /** The state is another one. */
  changed(): void;
  /** The list of runs is another one; `ended`: a policy may have come. */
  listed(ended: boolean): void;
  failed(error: unknown): void;
}

const PHASES = {
  waiting: 'idle',
  running: 'running',
  paused: 'paused',
  done: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
  interrupted: 'interrupted',
} as const;

/** One training at a time, in a process of its own; others wait their turn. What there was is kept in `runs`. */
export class Training {
  #active: ActiveRun | null = null;
  #queue: readonly string[] = [];
  /** The run that the page shows as the present one. */
  #shown: { run: TrainingRun; progress: TrainProgress | null; result: TrainResult | null } | null = null;
  #closing = false;
  /** Given out, whether or not a run came of it: two may be asked for in one millisecond. */
  readonly #ids = new Set<string>();

  constructor(
    private readonly host: TrainingHost,
    readonly runs: RunStore,
  ) {}

  state(): TrainState {
    const { run, progress, result } = this.#shown ?? { run: null, progress: null, result: null };
    return {
      phase: run ? PHASES[run.status] : 'idle',
      id: run?.id ?? null,
      name: run?.name ?? null,
      progress,
      curve: run?.curve ?? [],
      rollouts: run?.rollouts ?? [],
      plan: run?.plan ?? null,
      notices: run?.notices ?? [],
      result,
      fault: run?.fault ?? null,
      queue: this.#queue.map((id) => {
        const { name, options } = this.runs.get(id);
        return { id, name, policy: options.policy, seconds: options.seconds };
      }),
    };
  }

  /** Resolves to the id of the run that has begun or waits its turn; its end shows in the state and in the list. */
  async start(dataset: Dataset, choice: TrainChoice): Promise<string> {
    const id = this.#newId(choice.policy);
    return this.#enqueue(id, await trainingOptions(dataset, choice, this.host.policies, id));
  }

  /** Once more with the same settings, on the demonstrations there are now. */
  again(id: string): string {
    const { options, rollOn } = this.runs.get(id);
    const fresh = this.#newId(options.policy);
    return this.#enqueue(fresh, { options: { ...options, out: join(this.host.policies, fresh) }, rollOn });
  }

  /** Goes on with a training that was interrupted. */
  goOn(id: string): void {
    const run = this.runs.get(id);
    if (run.status !== 'interrupted') {
      throw fault('bad-input', `"${run.name}" was not interrupted`, 'Train again with its settings instead.');
    }
    this.#wait({ ...run, status: 'waiting' });
  }

  cancel(): void {
    this.#active?.cancel();
  }

  pause(): void {
    this.#active?.pause();
  }

  resume(): void {
    this.#active?.resume();
  }

  /** Moves a waiting training to this place in the queue, 0 = next. */
  move(id: string, to: number): void {
    if (!this.#queue.includes(id)) throw notWaiting(id);
    const others = this.#queue.filter((other) => other !== id);
    this.#queue = [...others.slice(0, to), id, ...others.slice(to)];
    this.host.changed();
  }

  /** Forgets a training that is not under way: out of the queue and off the list. Its policy stays. */
  async remove(id: string): Promise<void> {
    const { options } = this.runs.get(id);
    if (this.#active?.run.id === id) throw fault('busy', 'This training is under way', 'Cancel it first.');
    this.#queue = this.#queue.filter((other) => other !== id);
    if (this.#shown?.run.id === id) this.#shown = null;
    await this.runs.remove(id);
    await removeRunState(options.out);
    this.host.changed();
    this.host.listed(false);
  }

  /** Leaves what is under way to be gone on with when the app is opened again. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#active?.suspend();
    await this.runs.settle();
  }

  #newId(policy: string): string {
    const now = new Date().toISOString().replace(/[:.]/g, '-');
    for (let n = 1; ; n++) {
      const id = n === 1 ? `${now}-${policy}` : `${now}-${policy}-${n}`;
      if (this.runs.has(id) || this.#ids.has(id)) continue;
      this.#ids.add(id);
      return id;
    }
  }

  #enqueue(id: string, { options, rollOn }: Wanted): string {
    this.#wait({
      ...{ version: 1, id, name: options.name, status: 'waiting', options, rollOn },
      ...{ created: new Date().toISOString(), started: null, ended: null, seconds: 0 },
      ...{ plan: null, data: null, curve: [], rollouts: [], result: null, fault: null, notices: [] },
    });
    return id;
  }

  #wait(run: TrainingRun): void {
    this.runs.put(run);
    this.#queue = [...this.#queue, run.id];
    this.#next();
    this.host.changed();
    this.host.listed(false);
  }

  #next(): void {
    const [id, ...rest] = this.#queue;
    if (this.#active || this.#closing || id === undefined) return;
    this.#queue = rest;
    const { host, runs } = this;
    const active = new ActiveRun(
      {
        spawnTrainer: () => host.spawnTrainer(),
        spawnRollouts: () => host.spawnRollouts(),
        before: () => host.before(),
        changed: (run, lasting) => {
          if (lasting) runs.put(run);
          else runs.hold(run);
          this.#show(active);
        },
      },
      runs.get(id),
    );
    this.#active = active;
    void active.work().then((error) => {
      this.#active = null;
      if (error) host.failed(error);
      this.#show(active);
      this.#next();
      host.listed(true);
    });
  }

  #show({ run, progress, result }: ActiveRun): void {
    this.#shown = { run, progress, result };
    this.host.changed();
  }
}

const notWaiting = (id: string) => fault('not-found', `The training "${id}" is not waiting`, 'It may have begun.');
