import type { z } from 'zod';
import type { AbortSignalLike } from '../core/clock';
import { Emitter } from '../core/emitter';
import { type FaultError, fault, revive } from '../core/fault';
import {
  type FromPilotHost,
  fromPilotHostSchema,
  fromTrainerSchema,
  parseMessage,
  type ToPilotHost,
} from '../core/learner-messages';
import {
  type ChildProcessPort,
  type EngineInfo,
  type FromTrainer,
  type Snapshot,
  type ToTrainer,
  type TrainProgress,
  type TrainResult,
  trainOptionsSchema,
} from '../core/learning';
import type { PolicySpec } from '../core/policy';
import type { Planned } from '../core/training-plan';
import type { Observation, Unsubscribe, Vector } from '../core/types';

const died = (what: string, code: number | null): FaultError =>
  fault(
    'child-died',
    `The ${what} ended by itself${code === null ? '' : ` (code ${code})`}`,
    what === 'trainer'
      ? 'Start the training again; with little memory, use fewer cameras or episodes.'
      : 'Load the policy again.',
  );

/** What the owner of a training hears on the way. */
export interface TrainingWatch {
  onProgress?(progress: TrainProgress): void;
  /** Once, when the demonstrations have been read. */
  onPlanned?(planned: Planned): void;
  onSnapshot?(snapshot: Snapshot): void;
  readonly signal?: AbortSignalLike;
}

interface PendingTraining {
  resolve(result: TrainResult): void;
  reject(error: unknown): void;
  readonly watch: TrainingWatch;
}

/** The owner's side of a trainer process. One training at a time. */
export class TrainerClient {
  #exit: FaultError | null = null;
  #pending: PendingTraining | null = null;

  constructor(private readonly port: ChildProcessPort<ToTrainer, FromTrainer>) {
    port.onMessage((data) => this.#heard(data));
    port.onExit((code) => {
      this.#exit = died('trainer', code);
      this.#settle((pending) => pending.reject(this.#exit));
    });
  }

  /**
   * Resolves when the checkpoint is saved, also after a cancel (`result.cancelled`). Rejects with the trainer's fault,
   * or with `child-died` when the process is gone.
   */
  async train(options: z.input<typeof trainOptionsSchema>, watch: TrainingWatch = {}): Promise<TrainResult> {
    const parsed = trainOptionsSchema.safeParse(options);
    if (!parsed.success)
      throw fault('bad-input', `Wrong training options: ${parsed.error.message}`, 'Correct them and try again.');
    if (this.#exit) throw this.#exit;
    if (this.#pending) throw fault('busy', 'A training is under way', 'Cancel it first, or wait for it to end.');
    if (watch.signal?.aborted)
      throw fault('cancelled', 'The training was cancelled before it began', 'Start it again.');
    const cancel = (): void => this.port.send({ type: 'cancel' });
    watch.signal?.addEventListener('abort', cancel);
    try {
      return await new Promise<TrainResult>((resolve, reject) => {
        this.#pending = { resolve, reject, watch };
        this.port.send({ type: 'train', options: parsed.data });
      });
    } finally {
      watch.signal?.removeEventListener('abort', cancel);
    }
  }

  /** The training rests, its state safe on the disk when progress says `paused`; it does so once it has begun. */
  pause(): void {
    this.port.send({ type: 'pause' });
  }

  resume(): void {
    this.port.send({ type: 'resume' });
  }

  /** Asks for the present weights as a checkpoint of their own; `onSnapshot` hears when it is there. */
  snapshot(folder: string): void {
    this.port.send({ type: 'snapshot', folder });
  }

  close(): void {
    this.port.kill();
  }

  #heard(data: unknown): void {
    try {
      const message = parseMessage(fromTrainerSchema, data, 'trainer');
      const watch = this.#pending?.watch;
      if (message.type === 'progress') watch?.onProgress?.(message.progress);
      if (message.type === 'planned') watch?.onPlanned?.(message.planned);
      if (message.type === 'snapshot') watch?.onSnapshot?.(message.snapshot);
      if (message.type === 'done') this.#settle((pending) => pending.resolve(message.result));
      if (message.type === 'failed') this.#settle((pending) => pending.reject(revive(message.fault)));
    } catch (error) {
      this.#settle((pending) => pending.reject(error));
    }
  }

  #settle(how: (pending: PendingTraining) => void): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending) how(pending);
  }
}

/** A policy that lives in another process. */
export interface RemotePolicy {
  readonly spec: PolicySpec;
  readonly engine: EngineInfo;
  act(history: readonly Observation[]): Promise<readonly Vector[]>;
  /** How new the newest observation was to it, see `PolicyState`; null before the first, and where it cannot tell. */
  readonly distance: number | null;
  reset(): Promise<void>;
  /** Ends the process. */
  dispose(): void;
}

type Reply = Exclude<FromPilotHost, { type: 'ready' } | { type: 'failed' }>;
type Request = ToPilotHost extends infer T ? (T extends { id: number } ? Omit<T, 'id'> : never) : never;

/** The owner's side of a pilot-host process. Every pending call rejects when the process is gone. */
export class PilotClient {
  #exit: FaultError | null = null;
  #closed = false;
  #next = 1;
  readonly #pending = new Map<number, { resolve(reply: Reply): void; reject(error: unknown): void }>();
  readonly #deaths = new Emitter<FaultError>();

  constructor(private readonly port: ChildProcessPort<ToPilotHost, FromPilotHost>) {
    port.onMessage((data) => this.#heard(data));
    port.onExit((code) => {
      this.#exit = died('pilot process', code);
      for (const { reject } of this.#pending.values()) reject(this.#exit);
      this.#pending.clear();
      if (!this.#closed) this.#deaths.emit(this.#exit);
    });
  }

  /** Loads a checkpoint folder; replaces a policy loaded before. */
  async load(folder: string, engine: 'auto' | 'onnx' | 'native' | 'wasm' = 'auto'): Promise<RemotePolicy> {
    const reply = await this.#call({ type: 'load', folder, engine });
    if (reply.type !== 'loaded') throw unexpected(reply);
    let distance: number | null = null;
    return {
      get distance() {
        return distance;
      },
      spec: reply.spec,
      engine: reply.engine,
      act: async (history) => {
        const answer = await this.#call({ type: 'act', history: history.map((seen) => toWire(seen, reply.spec)) });
        if (answer.type !== 'actions') throw unexpected(answer);
        distance = answer.distance ?? null;
        return answer.actions;
      },
      reset: async () => void (await this.#call({ type: 'reset' })),
      dispose: () => this.close(),
    };
  }

  /** Called when the process ends without `close` having been called. */
  onDied(listener: (error: FaultError) => void): Unsubscribe {
    return this.#deaths.on(listener);
  }

  close(): void {
    this.#closed = true;
    this.port.kill();
  }

  #call(request: Request): Promise<Reply> {
    if (this.#exit) return Promise.reject(this.#exit);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.port.send({ ...request, id });
    });
  }

  #heard(data: unknown): void {
    try {
      const message = parseMessage(fromPilotHostSchema, data, 'pilot process');
      if (message.type === 'ready') return;
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.type === 'failed') pending?.reject(revive(message.fault));
      else pending?.resolve(message);
    } catch (error) {
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    }
  }
}

/** Only what the policy looks at travels. */
function toWire(seen: Observation, spec: PolicySpec): Extract<ToPilotHost, { type: 'act' }>['history'][number] {
  const wanted = spec.observation.cameras.flatMap(({ name }) => {
    const image = seen.images?.[name];
    return image ? [[name, image] as const] : [];
  });
  return {
    t: seen.t,
    joints: [...seen.joints],
    environment: [...seen.environment],
    images: Object.fromEntries(wanted),
    ...(seen.task !== undefined && spec.tasks.length > 0 && { task: seen.task }),
  };
}

const unexpected = (reply: Reply): FaultError =>
  fault('internal', `The pilot process answered "${reply.type}" to another question`, 'Load the policy again.');
