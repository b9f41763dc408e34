import { join } from 'node:path';
import type { Dataset } from '../core/episode';
import { fault, toFault } from '../core/fault';
import type { ChildProcessPort, FromTrainer, PolicyKind, ToTrainer, TrainProgress } from '../core/learning';
import type { TrainState } from '../core/state';
import { TrainerClient } from '../learner/client';

export interface TrainingChoice {
  readonly policy: PolicyKind;
  readonly name?: string;
  readonly cameras?: string[];
  readonly seconds?: number;
  readonly seed?: number;
  readonly chunk?: number;
}

/** One training at a time, in a process of its own: it can crash or starve without touching the driving. */
export class Training {
  #state: TrainState = { phase: 'idle', name: null, progress: null, curve: [], result: null, fault: null };
  #abort: AbortController | null = null;

  constructor(
    private readonly spawn: () => ChildProcessPort<ToTrainer, FromTrainer>,
    private readonly policies: string,
    private readonly changed: () => void,
  ) {}

  state(): TrainState {
    return this.#state;
  }

  /** Resolves when the training has begun; its end shows in the state. `finished` resolves then. */
  start(dataset: Dataset, choice: TrainingChoice, finished: (error: unknown) => void): void {
    if (this.#abort) throw fault('busy', 'A training is under way', 'Cancel it first, or wait for it to end.');
    if (dataset.list().length === 0) {
      throw fault(
        'not-found',
        'There is nothing to learn from yet',
        'Record a few demonstrations on the Drive screen first.',
      );
    }
    const known = dataset.spec.cameras.map((camera) => camera.name);
    const cameras = choice.policy === 'cnn' ? (choice.cameras?.length ? choice.cameras : known.slice(0, 1)) : [];
    const missing = cameras.filter((camera) => !known.includes(camera));
    if (choice.policy === 'cnn' && (cameras.length === 0 || missing.length > 0)) {
      throw fault(
        'no-camera',
        `This dataset has no camera ${missing.join(', ')}`.trim(),
        'Record with a camera, or train the state policy.',
      );
    }
    const name = choice.name ?? `${choice.policy} on ${dataset.list().length} episodes`;
    const id = `${new Date().toISOString().replace(/[:.]/g, '-')}-${choice.policy}`;
    this.#abort = new AbortController();
    this.#set({ phase: 'running', name, progress: null, curve: [], result: null, fault: null });
    const client = new TrainerClient(this.spawn());
    const options = {
      dataset: dataset.folder,
      out: join(this.policies, id),
      name,
      policy: choice.policy,
      cameras,
      seconds: choice.seconds,
      seed: choice.seed,
      settings: choice.chunk === undefined ? {} : { chunk: choice.chunk },
    };
    client
      .train(options, { onProgress: (progress) => this.#progress(progress), signal: this.#abort.signal })
      .then((result) => {
        this.#set({ phase: result.cancelled ? 'cancelled' : 'done', result });
        finished(null);
      })
      .catch((error: unknown) => {
        const data = toFault(error);
        this.#set(data.kind === 'cancelled' ? { phase: 'cancelled' } : { phase: 'failed', fault: data });
        finished(data.kind === 'cancelled' ? null : error);
      })
      .finally(() => {
        this.#abort = null;
        client.close();
        this.changed();
      });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  #progress(progress: TrainProgress): void {
    const { epoch, trainLoss: train, heldOutLoss: heldOut } = progress;
    const curve = progress.phase === 'training' ? [...this.#state.curve, { epoch, train, heldOut }] : this.#state.curve;
    this.#set({ progress, curve });
  }

  #set(change: Partial<TrainState>): void {
    this.#state = { ...this.#state, ...change };
    this.changed();
  }
}
