import type { AbortSignalLike, Clock } from '../core/clock';
import { VirtualClock } from '../core/clock';
import type { Fault } from '../core/fault';
import { fault } from '../core/fault';
import type { Pilot } from '../core/pilot';
import type { Robot } from '../core/robot';
import type { Image, Listener, Observation, Tick, Unsubscribe, Vector } from '../core/types';
import { GuardedRobot } from './guarded-robot';
import type { LoopStats } from './pace';
import { Pace } from './pace';
import { Relay } from './relay';
import { StopLatch } from './stop-latch';
import { Turn } from './turn';
import { Voices } from './voices';

export interface LoopOptions {
  readonly robot: Robot;
  readonly clock: Clock;
  /** Ticks per second, 10–200. */
  readonly rate: number;
  /** Task state of the simulation, for `Observation.environment`. */
  readonly environment?: () => Vector;
  /** Newest camera frames; called only for pilots that name cameras. */
  readonly images?: () => Readonly<Record<string, Image>> | undefined;
  /** Runs first in every tick, before the robot is read. */
  readonly beforeTick?: () => void;
}

/** A call to the robot that takes longer than this counts as lost, milliseconds; virtual time leaves it more. */
const PATIENCE = 250;
const PATIENCE_VIRTUAL = 30_000;

/**
 * One turn: read the robot, ask the pilot, clamp, send. Whoever drives, this is the only place that moves the robot.
 * Without a pilot, or when the pilot says `null`, the last command stands. Ticks never overlap.
 */
export class ControlLoop {
  readonly #options: LoopOptions;
  readonly #relay: Relay;
  readonly #pace: Pace;
  readonly #latch: StopLatch;
  readonly #turn: Turn;
  readonly #voices = new Voices();
  readonly #before = new Set<() => void | Promise<void>>();
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** True while a person overrides a policy; kept by whoever arbitrates (`Seat`) and stored in each tick. */
  intervention = false;

  constructor(options: LoopOptions) {
    const { robot, clock, rate, environment, images } = options;
    const voices = this.#voices;
    this.#options = options;
    this.#pace = new Pace(rate);
    this.#relay = new Relay(robot.spec, (error) => voices.report(error));
    // While the robot is out of reach its silence is the news, not each halt that it did not hear.
    this.#latch = new StopLatch(robot, (error) => this.#turn.silence.over && voices.report(error));
    this.#turn = new Turn({
      robot: new GuardedRobot(robot, clock instanceof VirtualClock ? PATIENCE_VIRTUAL : PATIENCE),
      clock,
      relay: this.#relay,
      latch: this.#latch,
      pace: this.#pace,
      voices,
      environment,
      images,
      stop: (reason) => this.stop(reason),
    });
    if (options.beforeTick) this.#before.add(options.beforeTick);
  }

  /** Runs `hook` at the start of each tick, also while stopped and while reads fail: where input is polled. */
  before(hook: () => void | Promise<void>): Unsubscribe {
    this.#before.add(hook);
    return () => void this.#before.delete(hook);
  }

  get pilot(): Pilot | null {
    return this.#relay.pilot;
  }

  /** Why the loop is stopped; null when it is not. */
  get stopped(): string | null {
    return this.#latch.reason;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get rate(): number {
    return this.#pace.rate;
  }

  set rate(perSecond: number) {
    this.#pace.rate = perSecond;
  }

  /** The newest good observation. */
  get seen(): Observation | null {
    return this.#turn.seen;
  }

  /** The command the robot holds; the present position before the first one. */
  get held(): Vector | null {
    return this.#turn.held;
  }

  stats(): LoopStats {
    return this.#pace.stats();
  }

  onTick(listener: Listener<Tick>): Unsubscribe {
    return this.#voices.ticks.on(listener);
  }

  onFault(listener: Listener<Fault>): Unsubscribe {
    return this.#voices.faults.on(listener);
  }

  /** Hears the reason, once per stop. */
  onStop(listener: Listener<string>): Unsubscribe {
    return this.#voices.stops.on(listener);
  }

  /**
   * Hands the robot to `pilot` (null = to nobody, which holds). The old pilot loses it at once; the new one is started
   * with the present observation, its joints being the command held now when `from` is `held`: then nothing moves
   * until it wants something. Rejects with `busy` while stopped, and with whatever `start` threw: then nobody drives.
   */
  async engage(pilot: Pilot | null, from: 'seen' | 'held' = 'seen'): Promise<void> {
    this.#mustBeOpen();
    if (pilot === null) return this.#relay.pass(null, null);
    if (this.stopped !== null) throw fault('busy', `The robot is stopped: ${this.stopped}`, 'Re-arm it first.');
    const seen = this.#turn.seen ?? (await this.#look());
    const joints = from === 'held' ? (this.#turn.held ?? seen.joints) : seen.joints;
    await this.#relay.pass(pilot, { ...seen, joints });
  }

  /** Latches: the robot holds where it is, at once, and nobody drives until `rearm`. Safe at any time. */
  stop(reason: string): void {
    if (this.#closed) return;
    if (!this.#latch.press(reason)) return;
    void this.#relay.pass(null, null);
    this.intervention = false;
    this.#voices.stopped(reason);
  }

  rearm(): void {
    this.#mustBeOpen();
    if (this.stopped === null) return;
    this.#latch.release();
    this.#turn.forget();
  }

  /** The robot was moved by other means (a new start in simulation): the next good reading becomes the command. */
  rebase(): Promise<void> {
    return this.#exclusive(async () => {
      await this.#options.robot.halt();
      this.#turn.forget();
      // Whoever is seated next must start from where the robot is now, not from where it was.
      await this.#tick(0);
    });
  }

  /** One tick now. Resolves to null when the robot could not be read: it then keeps its last command. */
  async step(): Promise<Tick | null> {
    this.#mustBeOpen();
    return this.#exclusive(() => this.#tick(0));
  }

  /** Ticks until the signal aborts or the loop is closed. Deadlines are absolute: lateness does not add up. */
  async run(signal: AbortSignalLike): Promise<void> {
    const { clock } = this.#options;
    this.#pace.restart(clock.now());
    while (!signal.aborted && !this.#closed) {
      const deadline = this.#pace.next(clock.now());
      try {
        await clock.sleepUntil(deadline, signal);
      } catch {
        return;
      }
      await this.#exclusive(() => this.#tick(clock.now() - deadline));
      // A virtual clock never waits: let the rest of the process have a turn all the same.
      if (clock instanceof VirtualClock) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Ends it: no more ticks, the pilot let go, the robot halted and closed. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#relay.pass(null, null);
    await this.#tail.catch(() => undefined);
    await this.#options.robot.halt().catch((error: unknown) => this.#voices.report(error));
    await this.#options.robot.close();
  }

  #exclusive<T>(turn: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(turn);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #look(): Promise<Observation> {
    const tick = await this.step();
    if (tick && this.#turn.seen) return this.#turn.seen;
    throw fault('link-lost', 'The robot does not answer', 'Check its cable and power, then try again.');
  }

  async #tick(late: number): Promise<Tick | null> {
    if (this.#closed) return null;
    this.#pace.tick(this.#options.clock.now(), late);
    for (const hook of this.#before) await this.#voices.safely(hook);
    return this.#turn.take(late, () => this.intervention);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw fault('busy', 'This robot has been closed', 'Open the robot again.');
  }
}
