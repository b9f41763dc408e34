import { Emitter } from '../core/emitter';
import type { Fault } from '../core/fault';
import { toFault } from '../core/fault';
import type { Button, Pilot, Teleoperator } from '../core/pilot';
import type { Listener, Unsubscribe } from '../core/types';
import type { ControlLoop } from './loop';

/** Pilots that a person can take over from. */
export type DriverKind = 'policy' | 'expert' | 'replay';
export type SeatMode = 'hold' | 'person' | DriverKind | 'stopped';

interface Driver {
  readonly mode: DriverKind;
  readonly pilot: Pilot;
}

export interface SeatState {
  readonly mode: SeatMode;
  /** A person drives who took over from a policy or expert; until handed back, released or stopped. */
  readonly intervention: boolean;
  /** Why it is stopped, else null. */
  readonly reason: string | null;
}

/**
 * Who holds the stick. While a policy drives, the person's first deflection (or take-over button) takes it, in the same
 * tick and from the command held at that moment, so nothing jumps; `hand-over` gives it back to the same policy.
 * A stick that is still deflected when a policy sits down takes over only after it was let go once.
 */
export class Seat {
  readonly #loop: ControlLoop;
  readonly #person: Teleoperator;
  readonly #changes = new Emitter<SeatState>();
  readonly #faults = new Emitter<Fault>();
  readonly #undo: Unsubscribe[];
  #mode: SeatMode = 'hold';
  /** Whom the person took over from. */
  #overridden: Driver | null = null;
  #driver: Driver | null = null;
  #rested = false;
  #said = '';

  constructor(loop: ControlLoop, person: Teleoperator) {
    this.#loop = loop;
    this.#person = person;
    this.#undo = [
      loop.before(() => this.#look()),
      loop.onStop(() => this.#stopped()),
      person.onButton((button) => this.#press(button)),
    ];
  }

  get mode(): SeatMode {
    return this.#loop.stopped !== null ? 'stopped' : this.#mode;
  }

  get intervention(): boolean {
    return this.#loop.intervention;
  }

  get state(): SeatState {
    return { mode: this.mode, intervention: this.intervention, reason: this.#loop.stopped };
  }

  onChange(listener: Listener<SeatState>): Unsubscribe {
    return this.#changes.on(listener);
  }

  /** A hand-over asked for by button that failed. */
  onFault(listener: Listener<Fault>): Unsubscribe {
    return this.#faults.on(listener);
  }

  /**
   * Seats the person, or the given policy or expert. Resolves when it drives. Rejects with `busy` while stopped and
   * with whatever the pilot's `start` threw: then the seat is empty and the robot holds.
   */
  sit(who: 'person'): Promise<void>;
  sit(who: DriverKind, pilot: Pilot): Promise<void>;
  async sit(who: 'person' | DriverKind, pilot?: Pilot): Promise<void> {
    if (who === 'person') return this.#seatPerson();
    if (pilot) await this.#seatDriver({ mode: who, pilot });
  }

  /** Nobody: the robot holds its last command. */
  async release(): Promise<void> {
    this.#overridden = null;
    await this.#change('hold', null, false);
  }

  /** Gives the stick back to whom it was taken from. False when there is nobody. */
  async handBack(): Promise<boolean> {
    if (!this.#overridden) return false;
    await this.#seatDriver(this.#overridden);
    return true;
  }

  /** Re-arms a stopped loop; nobody drives until somebody sits down. */
  rearm(): void {
    this.#loop.rearm();
    this.#tell();
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }

  async #seatPerson(): Promise<void> {
    const from = this.#driver;
    if (from) this.#overridden = from;
    await this.#change('person', this.#person, this.#overridden !== null);
  }

  async #seatDriver(driver: Driver): Promise<void> {
    this.#overridden = null;
    this.#rested = false;
    await this.#change(driver.mode, driver.pilot, false);
  }

  async #change(mode: SeatMode, pilot: Pilot | null, intervention: boolean): Promise<void> {
    this.#driver = null;
    this.#mode = mode;
    this.#loop.intervention = intervention;
    if (pilot && mode !== 'person' && mode !== 'hold' && mode !== 'stopped') this.#driver = { mode, pilot };
    try {
      await this.#loop.engage(pilot, mode === 'person' ? 'held' : 'seen');
    } catch (error) {
      if (this.#mode === mode) this.#empty();
      throw error;
    } finally {
      this.#tell();
    }
  }

  /** Before each tick: has the person moved? Reading `active` also reads the devices, and so their stop buttons. */
  async #look(): Promise<void> {
    const { active } = this.#person;
    if (!active) this.#rested = true;
    if (this.#driver && active && this.#rested) await this.#seatPerson();
  }

  #press(button: Button): void {
    if (button === 'stop') this.#loop.stop('the stop button was pressed');
    if (this.#loop.stopped !== null || this.#loop.closed) return;
    if (button === 'take-over' && this.#mode !== 'person') this.#quietly(this.#seatPerson());
    if (button === 'hand-over' && this.#overridden) this.#quietly(this.#seatDriver(this.#overridden));
  }

  #quietly(work: Promise<void>): void {
    work.catch((error: unknown) => this.#faults.emit(toFault(error)));
  }

  #stopped(): void {
    this.#empty();
    this.#tell();
  }

  #empty(): void {
    this.#mode = 'hold';
    this.#driver = null;
    this.#overridden = null;
    this.#loop.intervention = false;
  }

  #summary(): string {
    return `${this.mode} ${this.intervention} ${this.#loop.stopped}`;
  }

  #tell(): void {
    if (this.#said === this.#summary()) return;
    this.#said = this.#summary();
    this.#changes.emit(this.state);
  }
}
