import { fault, toFault } from '../core/fault';
import type { ChildProcessPort, FromTrainer, ToTrainer, TrainProgress, TrainResult } from '../core/learning';
import type { Curve, Planned } from '../core/training-plan';
import type { TrainingRun } from '../core/training-run';
import { TrainerClient } from '../learner/client';
import type { FromRollouts, ToRollouts } from './rollout-messages';
import { Rollouts } from './rollouts';

export interface ActiveRunHost {
  spawnTrainer(): ChildProcessPort<ToTrainer, FromTrainer>;
  spawnRollouts(): ChildProcessPort<ToRollouts, FromRollouts>;
  /** What must be on the disk before the demonstrations are read. */
  before(): Promise<void>;
  /** The run is another one now; `lasting`: worth writing down at once. */
  changed(run: TrainingRun, lasting: boolean): void;
}

/** How often a trainer that died after it had made progress is started again. */
const RESTARTS = 2;
/** Seconds between two writings of the curve; seconds a trainer gets to bring its state to the disk when the app closes. */
const WRITE_EVERY = 10;
const PATIENCE = 1.5;
const MAX_CURVE = 600;

/** One training under way: its trainer, its tries in the simulator, what is known of it so far. */
export class ActiveRun {
  progress: TrainProgress | null = null;
  result: TrainResult | null = null;
  readonly #abort = new AbortController();
  #client: TrainerClient | null = null;
  #rollouts: Rollouts | null = null;
  #suspended: (() => void) | null = null;
  #moved = false;
  #written = 0;
  #work: Promise<unknown> | null = null;

  constructor(
    private readonly host: ActiveRunHost,
    public run: TrainingRun,
  ) {}

  /** Trains to the end. Never rejects: resolves to the fault to tell a person, or null. */
  work(): Promise<unknown> {
    this.#work ??= this.#toTheEnd();
    return this.#work;
  }

  cancel(): void {
    this.#abort.abort();
    // The training itself may be over, and only its result is being tried.
    if (this.result) void this.#rollouts?.close();
  }

  pause(): void {
    if (this.run.status !== 'running') return;
    this.#set({ status: 'paused' });
    this.#client?.pause();
  }

  resume(): void {
    if (this.run.status !== 'paused') return;
    this.#set({ status: 'running' });
    this.#client?.resume();
  }

  /** The app closes: what was learnt is brought to the disk, to be gone on with. */
  async suspend(): Promise<void> {
    if (this.#moved && this.progress?.phase !== 'paused') {
      this.#client?.pause();
      await new Promise<void>((resolve) => {
        this.#suspended = resolve;
        setTimeout(resolve, PATIENCE * 1000);
      });
    }
    this.#suspended ??= () => {};
    this.#client?.close();
    await this.#work;
  }

  async #toTheEnd(): Promise<unknown> {
    this.#set({ status: 'running', started: this.run.started ?? now(), ended: null, result: null, fault: null });
    try {
      await this.host.before();
      const result = await this.#train();
      this.result = result;
      await this.#tryOut(result);
      const { bestHeldOutLoss: heldOutLoss, bestEpoch, epochs, steps, engine, seconds, cancelled } = result;
      this.#note(result.notice);
      this.#set({
        ...{ status: cancelled ? 'cancelled' : 'done', ended: now(), seconds },
        result: { heldOutLoss, bestEpoch, epochs, steps, engine: engine.detail },
      });
      return null;
    } catch (error) {
      const data = toFault(error);
      if (this.#suspended) this.#set({ status: 'interrupted' });
      else if (data.kind === 'cancelled') this.#set({ status: 'cancelled', ended: now() });
      else {
        const again = data.kind === 'child-died' || data.kind === 'disk-full';
        this.#set({ status: again ? 'interrupted' : 'failed', ended: now(), fault: data });
        return error;
      }
      return null;
    } finally {
      this.#client?.close();
      await this.#rollouts?.close().catch(() => undefined);
    }
  }

  /** A trainer that died goes on where it was: at once, unless it dies again before it got anywhere. */
  async #train(): Promise<TrainResult> {
    for (let restarts = 0; ; restarts++) {
      this.#moved = false;
      try {
        return await this.#once();
      } catch (error) {
        const given = this.#suspended || this.#abort.signal.aborted || !this.#moved || restarts >= RESTARTS;
        if (toFault(error).kind !== 'child-died' || given) throw error;
        this.#note(`${toFault(error).message}; it was started again.`);
      }
    }
  }

  #once(): Promise<TrainResult> {
    if (this.#suspended) throw fault('cancelled', 'The app is closing', 'Go on with it later.');
    const client = new TrainerClient(this.host.spawnTrainer());
    this.#client = client;
    const ended = client.train(this.run.options, {
      signal: this.#abort.signal,
      onPlanned: (planned) => this.#planned(planned),
      onProgress: (progress) => this.#heard(progress),
      onSnapshot: (snapshot) => this.#rollouts?.snapshot(snapshot),
    });
    if (this.run.status === 'paused') client.pause();
    return ended;
  }

  #planned({ plan, data, resumed, curve }: Planned): void {
    // Pictures are drawn by the page: the simulator alone has none.
    const rollOn = plan.cameras.length > 0 ? null : this.run.rollOn;
    this.#note(resumed);
    this.#set({ plan, data, curve, rollOn });
    if (!rollOn) return;
    this.#rollouts ??= new Rollouts(
      {
        spawn: () => this.host.spawnRollouts(),
        ask: (folder) => this.#client?.snapshot(folder),
        rolled: (rollout) => this.#set({ rollouts: [...this.run.rollouts, rollout] }),
        failed: (error) => this.#note(`The tries in the simulator ended: ${toFault(error).message}.`),
      },
      rollOn,
      `${this.run.options.out}.tries`,
    );
    this.#rollouts.begin();
  }

  #heard(progress: TrainProgress): void {
    this.progress = progress;
    if (progress.phase === 'paused') this.#suspended?.();
    if (progress.phase !== 'training') {
      this.host.changed(this.run, false);
      return;
    }
    this.#moved = true;
    const { epoch, trainLoss: train, heldOutLoss: heldOut, elapsed: seconds } = progress;
    const lasting = performance.now() - this.#written > WRITE_EVERY * 1000;
    this.#set({ seconds, curve: thinned([...this.run.curve, { epoch, train, heldOut }]) }, lasting);
  }

  /** Tries the result in the simulator, where the weights on the way were tried. */
  async #tryOut(result: TrainResult): Promise<void> {
    if (!this.#rollouts || result.cancelled) return;
    if (this.progress) this.progress = { ...this.progress, phase: 'testing', left: 0 };
    this.host.changed(this.run, false);
    const at = { epoch: result.epochs, elapsed: result.seconds };
    const kept = await this.#rollouts.finish(result.checkpoint, at).catch((error: unknown) => {
      return `The result could not be tried in the simulator: ${toFault(error).message}.`;
    });
    this.#note(kept);
  }

  #note(text: string | null | undefined): void {
    if (text && !this.run.notices.includes(text)) this.#set({ notices: [...this.run.notices, text] });
  }

  #set(change: Partial<TrainingRun>, lasting = true): void {
    this.run = { ...this.run, ...change };
    if (lasting) this.#written = performance.now();
    this.host.changed(this.run, lasting);
  }
}

/** The page gets the whole curve each time: of a long one, every other point. The first and the last stay. */
const thinned = (curve: Curve): Curve =>
  curve.length <= MAX_CURVE ? curve : curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1);

const now = (): string => new Date().toISOString();
