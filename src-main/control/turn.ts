import type { Clock } from '../core/clock';
import { fault, toFault } from '../core/fault';
import type { Pilot } from '../core/pilot';
import type { Image, Observation, Tick, Vector } from '../core/types';
import { clampCommand } from './clamp';
import type { GuardedRobot } from './guarded-robot';
import type { Pace } from './pace';
import type { Relay } from './relay';
import { Silence } from './silence';
import type { StopLatch } from './stop-latch';
import type { Voices } from './voices';

/** Without one good reading (or one accepted command) for this long the loop stops, seconds. */
const SILENCE = 0.25;

export interface TurnParts {
  readonly robot: GuardedRobot;
  readonly clock: Clock;
  readonly relay: Relay;
  readonly latch: StopLatch;
  readonly pace: Pace;
  readonly voices: Voices;
  readonly environment?: () => Vector;
  readonly images?: () => Readonly<Record<string, Image>> | undefined;
  readonly stop: (reason: string) => void;
}

/** One tick: read the robot, ask the pilot, clamp, send; and what has to be remembered from one to the next. */
export class Turn {
  readonly #parts: TurnParts;
  readonly silence = new Silence(SILENCE);
  #n = 0;
  #seen: Observation | null = null;
  /** The standing command as the clamp gave it out, and as the robot took it; null = the next reading becomes it. */
  #held: Vector | null = null;
  #sent: Vector = [];
  #sentAt: number | null = null;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  get seen(): Observation | null {
    return this.#seen;
  }

  get held(): Vector | null {
    return this.#held ?? this.#seen?.joints ?? null;
  }

  /** Whatever was commanded before is history: the next good reading becomes the command. */
  forget(): void {
    this.#held = null;
    this.#sent = [];
    this.#sentAt = null;
    this.silence.end();
  }

  /** `late`: seconds after its deadline. Null when the robot could not be read or did not take the command. */
  async take(late: number, intervention: () => boolean): Promise<Tick | null> {
    const { robot, clock, relay, latch, pace, voices } = this.#parts;
    const began = clock.now();
    const stopwatch = performance.now();
    let seen: Observation;
    try {
      seen = this.#seen = await this.#look(relay.pilot);
    } catch (error) {
      return this.#silent(began, error);
    }
    const { joints } = seen;
    const read = performance.now() - stopwatch;
    if (latch.reason !== null) return this.#still(seen, read, late);

    const pilot = relay.pilot;
    this.#held ??= joints;
    if (this.#sent.length !== joints.length) this.#sent = this.#held;
    const asked = (pilot && this.#ask(pilot, seen)) ?? this.#held;
    const decided = performance.now() - stopwatch;
    // The pilot may have stopped it, or failed.
    if (latch.reason !== null) return this.#still(seen, read, late);
    const dt = this.#sentAt === null ? 1 / pace.rate : seen.t - this.#sentAt;
    const { sent, notes } = clampCommand(robot.spec, { target: asked, previous: this.#sent, seen: joints, dt });
    this.#held = sent;
    try {
      this.#sent = await robot.apply(sent);
    } catch (error) {
      return this.#silent(began, error);
    }
    this.#sentAt = seen.t;
    this.silence.end();
    // A stop that came while the command was on its way must have the last word.
    await latch.settle();
    pace.clamped(notes.length > 0);
    const write = performance.now() - stopwatch - decided;
    return voices.tick({
      n: this.#n++,
      t: seen.t,
      seen: joints,
      environment: seen.environment,
      asked,
      sent: this.#sent,
      pilot: pilot?.kind ?? 'none',
      intervention: intervention(),
      clamped: notes,
      bill: { read, pilot: decided - read, write, late: late * 1000 },
    });
  }

  async #look(pilot: Pilot | null): Promise<Observation> {
    const { robot, clock, environment, images } = this.#parts;
    const joints = await robot.read();
    const pictures = pilot?.cameras?.length ? images?.() : undefined;
    const seen = { t: clock.now(), joints, environment: environment?.() ?? [] };
    return pictures ? { ...seen, images: pictures } : seen;
  }

  /** A tick of a stopped robot: looked at, not commanded. */
  async #still(seen: Observation, read: number, late: number): Promise<Tick> {
    await this.#parts.latch.settle();
    this.silence.end();
    this.#held = this.#sent = seen.joints;
    const { t, joints, environment } = seen;
    const bill = { read, pilot: 0, write: 0, late: late * 1000 };
    const nobody = { asked: joints, sent: joints, pilot: 'none', intervention: false, clamped: [] };
    return this.#parts.voices.tick({ n: this.#n++, t, seen: joints, environment, ...nobody, bill });
  }

  #ask(pilot: Pilot, seen: Observation): Vector | null {
    try {
      return pilot.next(seen);
    } catch (error) {
      this.#parts.voices.report(error);
      this.#parts.stop(`the ${pilot.kind} failed`);
      return null;
    }
  }

  #silent(since: number, error: unknown): null {
    const { pace, clock, latch, voices, stop } = this.#parts;
    pace.failed();
    const lost = this.silence.failed(since, clock.now());
    if (!lost || latch.reason !== null) return null;
    const message = `The robot has been silent for ${SILENCE * 1000} ms: ${toFault(error).message}`;
    voices.report(fault('link-lost', message, 'Check its cable and power, then re-arm.'));
    stop('the robot went silent');
    return null;
  }
}
