import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, revive } from '../core/fault';
import { parseMessage } from '../core/learner-messages';
import type { ChildProcessPort, Snapshot } from '../core/learning';
import type { TaskId } from '../core/task';
import type { Rollout } from '../core/training-run';
import { type FromRollouts, fromRolloutsSchema, type ToRollouts } from './rollout-messages';

export interface RolloutsHost {
  spawn(): ChildProcessPort<ToRollouts, FromRollouts>;
  /** Asks the trainer for a checkpoint of now in this folder; it comes to `snapshot`. */
  ask(folder: string): void;
  rolled(rollout: Rollout): void;
  /** Rollouts end, the training goes on. */
  failed(error: unknown): void;
}

/** Tries per moment, from the same starts each time, so that two moments can be compared. */
export const TRIALS = 10;
/** Seconds to the first try and between two at least; and a try may take one part in so many of the time. */
const FIRST = 10;
const PAUSE = 20;
const SHARE = 8;
/** Far from the seeds anybody evaluates with. */
const SEED = 77;

/** Tries a training's weights in the simulator every so often and remembers which did best. */
export class Rollouts {
  #child: ChildProcessPort<ToRollouts, FromRollouts> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> = Promise.resolve();
  #best: Rollout | null = null;
  #closed = false;

  constructor(
    private readonly host: RolloutsHost,
    private readonly task: TaskId,
    /** A folder of its own beside the checkpoint. */
    private readonly folder: string,
  ) {}

  begin(): void {
    this.#later(FIRST);
  }

  /** A checkpoint that was asked for is there. */
  snapshot({ folder, epoch, elapsed }: Snapshot): void {
    if (this.#closed) return;
    const began = performance.now();
    this.#working = this.#roll(folder, { epoch, elapsed })
      .then(async (rollout) => {
        if (!this.#best || rollout.successes > this.#best.successes) {
          await rm(this.#kept, { recursive: true, force: true });
          await rename(folder, this.#kept);
          this.#best = rollout;
        }
        this.#later(Math.max(PAUSE, (SHARE * (performance.now() - began)) / 1000));
      })
      .catch((error: unknown) => {
        if (!this.#closed) this.host.failed(error);
      });
  }

  /**
   * The training is over: tries its result, too, and puts the weights that did clearly better in its place. Resolves to
   * what was decided, in a sentence; null when there was nothing to decide.
   */
  async finish(checkpoint: string, at: Pick<Rollout, 'epoch' | 'elapsed'>): Promise<string | null> {
    this.#stopTimer();
    await this.#working;
    const best = this.#best;
    if (this.#closed || !best) return null;
    const last = await this.#roll(checkpoint, at);
    // One try more is chance as likely as not.
    if (best.successes < last.successes + 2) return null;
    const old = `${checkpoint}.old-${process.pid}`;
    await rename(checkpoint, old);
    await rename(this.#kept, checkpoint);
    await rm(old, { recursive: true, force: true });
    return `Kept the weights of epoch ${best.epoch}: ${best.successes} of ${best.trials} tries in the simulator went well with them, ${last.successes} with the last ones.`;
  }

  /** Ends its process and leaves no folder. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    this.#child?.kill();
    this.#child = null;
    await this.#working;
    await rm(this.folder, { recursive: true, force: true });
  }

  get #kept(): string {
    return join(this.folder, 'best');
  }

  #later(seconds: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.host.ask(join(this.folder, 'now')), seconds * 1000);
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #roll(checkpoint: string, at: Pick<Rollout, 'epoch' | 'elapsed'>): Promise<Rollout> {
    this.#child ??= this.host.spawn();
    const child = this.#child;
    const offs: (() => void)[] = [];
    return new Promise<Rollout>((resolve, reject) => {
      offs.push(
        child.onMessage((data) => {
          try {
            const message = parseMessage(fromRolloutsSchema, data, 'rollout process');
            if (message.type === 'failed') return reject(revive(message.fault));
            const rollout = { ...at, successes: message.successes, trials: message.trials };
            this.host.rolled(rollout);
            resolve(rollout);
          } catch (error) {
            reject(error);
          }
        }),
        child.onExit((code) => {
          this.#child = null;
          reject(fault('child-died', `The rollouts ended by themselves (code ${code})`, 'The training goes on.'));
        }),
      );
      child.send({ type: 'roll', checkpoint, task: this.task, trials: TRIALS, seed: SEED });
    }).finally(() => {
      for (const off of offs) off();
    });
  }
}
