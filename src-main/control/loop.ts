import type { AbortSignalLike, Clock } from '../core/clock';
import { VirtualClock } from '../core/clock';
import { Emitter } from '../core/emitter';
import type { Fault } from '../core/fault';
import { fault, toFault } from '../core/fault';
import type { Pilot } from '../core/pilot';
import type { Robot } from '../core/robot';
import type { Image, Listener, Observation, Tick, Unsubscribe, Vector } from '../core/types';
import { clampCommand } from './clamp';
import { GuardedRobot } from './guarded-robot';
import type { LoopStats } from './pace';
import { Pace } from './pace';
import { Relay } from './relay';
import { Silence } from './silence';
import { StopLatch } from './stop-latch';

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

/** Without one good reading (or one accepted command) for this long the loop stops, seconds. */
const SILENCE = 0.25;

/**
 * One turn: read the robot, ask the pilot, clamp, send. Whoever drives, this is the only place that moves the robot.
 * Without a pilot, or when the pilot says `null`, the last command stands. Ticks never overlap.
 */
export class ControlLoop {
  readonly #options: LoopOptions;
  readonly #robot: GuardedRobot;
  readonly #relay: Relay;
  readonly #pace: Pace;
  readonly #ticks = new Emitter<Tick>();
  readonly #faults = new Emitter<Fault>();
  readonly #stops = new Emitter<string>();
  readonly #before = new Set<() => void | Promise<void>>();
  #tail: Promise<unknown> = Promise.resolve();
  #n = 0;
  #seen: Observation | null = null;
  /** What the robot was told last, as the clamp gave it out and as the robot took it; null = nothing yet. */
  #held: Vector | null = null;
  #sent: Vector = [];
  #sentAt = 0;
  readonly #silence = new Silence(SILENCE);
  readonly #latch: StopLatch;
  #closed = false;
  /** True while a person overrides a policy; kept by whoever arbitrates (`Seat`) and stored in each tick. */
  intervention = false;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#pace = new Pace(options.rate);
    const patience = options.clock instanceof VirtualClock ? 30_000 : SILENCE * 1000;
    this.#robot = new GuardedRobot(options.robot, patience);
    this.#latch = new StopLatch(options.robot, (error) => this.#silence.over && this.#report(error));
    this.#relay = new Relay(options.robot.spec, (error) => this.#report(error));
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
    return this.#seen;
  }

  /** The command the robot holds; the present position before the first one. */
  get held(): Vector | null {
    return this.#held ?? this.#seen?.joints ?? null;
  }

  stats(): LoopStats {
    return this.#pace.stats();
  }

  onTick(listener: Listener<Tick>): Unsubscribe {
    return this.#ticks.on(listener);
  }

  onFault(listener: Listener<Fault>): Unsubscribe {
    return this.#faults.on(listener);
  }

  /** Hears the reason, once per stop. */
  onStop(listener: Listener<string>): Unsubscribe {
    return this.#stops.on(listener);
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
    const seen = this.#seen ?? (await this.#look());
    const joints = from === 'held' ? (this.#held ?? seen.joints) : seen.joints;
    await this.#relay.pass(pilot, { ...seen, joints });
  }

  /** Latches: the robot holds where it is, at once, and nobody drives until `rearm`. Safe at any time. */
  stop(reason: string): void {
    if (this.#closed) return;
    if (!this.#latch.press(reason)) return;
    void this.#relay.pass(null, null);
    this.intervention = false;
    this.#safely(() => this.#stops.emit(reason));
  }

  rearm(): void {
    this.#mustBeOpen();
    if (this.stopped === null) return;
    this.#latch.release();
    this.#silence.end();
    // Whatever was commanded before is history: the next good reading becomes the command.
    this.#held = null;
  }

  /** The robot was moved by other means (a new start in simulation): the next good reading becomes the command. */
  rebase(): Promise<void> {
    return this.#exclusive(async () => {
      await this.#options.robot.halt();
      this.#held = null;
      this.#sent = [];
    });
  }

  /** One tick now. Resolves to null when the robot could not be read: it then keeps its last command. */
  step(): Promise<Tick | null> {
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
    await this.#options.robot.halt().catch((error: unknown) => this.#report(error));
    await this.#options.robot.close();
  }

  #exclusive<T>(turn: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(turn);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #look(): Promise<Observation> {
    const tick = await this.step();
    if (tick && this.#seen) return this.#seen;
    throw fault('link-lost', 'The robot does not answer', 'Check its cable and power, then try again.');
  }

  async #tick(late: number): Promise<Tick | null> {
    this.#mustBeOpen();
    const { clock, environment, images } = this.#options;
    const began = clock.now();
    const stopwatch = performance.now();
    this.#pace.tick(began, late);
    for (const hook of this.#before) await this.#safely(hook);

    let joints: Vector;
    try {
      joints = await this.#robot.read();
    } catch (error) {
      this.#silent(began, error);
      return null;
    }
    const read = performance.now();
    const pilot = this.#relay.pilot;
    const pictures = pilot?.cameras?.length ? images?.() : undefined;
    const seen: Observation = {
      t: clock.now(),
      joints,
      environment: environment?.() ?? [],
      ...(pictures && { images: pictures }),
    };
    this.#seen = seen;
    if (this.stopped !== null) return this.#still(seen, read - stopwatch, late);

    this.#held ??= joints;
    if (this.#sent.length !== joints.length) this.#sent = this.#held;
    const asked = (pilot && this.#ask(pilot, seen)) ?? this.#held;
    const decided = performance.now();
    const { sent, notes } = clampCommand(this.#robot.spec, {
      target: asked,
      previous: this.#sent,
      seen: joints,
      dt: this.#sentAt === 0 ? 1 / this.rate : seen.t - this.#sentAt,
    });
    if (this.stopped !== null) return this.#still(seen, read - stopwatch, late);
    this.#held = sent;
    try {
      this.#sent = await this.#robot.apply(sent);
      this.#sentAt = seen.t;
      this.#silence.end();
    } catch (error) {
      this.#silent(began, error);
      return null;
    }
    // A stop that came while the command was on its way must have the last word.
    await this.#latch.settle();
    this.#pace.clamped(notes.length > 0);
    return this.#tell({
      n: this.#n++,
      t: seen.t,
      seen: joints,
      environment: seen.environment,
      asked,
      sent: this.#sent,
      pilot: pilot?.kind ?? 'none',
      intervention: this.intervention,
      clamped: notes,
      bill: { read: read - stopwatch, pilot: decided - read, write: performance.now() - decided, late: late * 1000 },
    });
  }

  /** A tick of a stopped robot: looked at, not commanded. */
  async #still(seen: Observation, read: number, late: number): Promise<Tick> {
    await this.#latch.settle();
    this.#silence.end();
    this.#held ??= seen.joints;
    this.#sent = seen.joints;
    const { t, joints, environment } = seen;
    const bill = { read, pilot: 0, write: 0, late: late * 1000 };
    return this.#tell({
      n: this.#n++,
      t,
      seen: joints,
      environment,
      asked: joints,
      sent: joints,
      pilot: 'none',
      intervention: false,
      clamped: [],
      bill,
    });
  }

  #tell(tick: Tick): Tick {
    this.#safely(() => this.#ticks.emit(tick));
    return tick;
  }

  #ask(pilot: Pilot, seen: Observation): Vector | null {
    try {
      return pilot.next(seen);
    } catch (error) {
      this.#report(error);
      this.stop(`the ${pilot.kind} failed`);
      return null;
    }
  }

  #silent(since: number, error: unknown): void {
    this.#pace.failed();
    const lost = this.#silence.failed(since, this.#options.clock.now());
    if (!lost || this.stopped !== null) return;
    const { message } = toFault(error);
    this.#report(
      fault(
        'link-lost',
        `The robot has been silent for ${SILENCE * 1000} ms: ${message}`,
        'Check its cable and power, then re-arm.',
      ),
    );
    this.stop('the robot went silent');
  }

  async #safely(work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    try {
      this.#faults.emit(toFault(error));
    } catch {
      // A fault listener that throws has nobody left to tell.
    }
  }

  #mustBeOpen(): void {
    if (this.#closed) throw fault('busy', 'This robot has been closed', 'Open the robot again.');
  }
}
