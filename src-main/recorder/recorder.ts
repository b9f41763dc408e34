import type { Clock } from '../core/clock';
import { Emitter } from '../core/emitter';
import { type Fault, fault } from '../core/fault';
import type { FromCameras, ToCameras } from '../core/media';
import type { Listener, Tick, Unsubscribe } from '../core/types';
import { ClockJoin } from './clock-join';
import { GrowingTake, type Take, type TakeOptions } from './take';

export type { Take, TakeOptions } from './take';

export interface CameraPort {
  send(message: ToCameras): void;
  onMessage(listener: (message: FromCameras) => void): Unsubscribe;
}

export interface RecorderStatus {
  readonly rows: number;
  /** From the first row to the last. */
  readonly seconds: number;
  /** Frames asked for that the slowest camera has not delivered yet. */
  readonly pending: number;
  /** Rows that the loop was too late for. */
  readonly gaps: number;
}

/** Round trips before a take, to stamp its pictures well. */
const ROUND_TRIPS = 5;
/** Seconds of missing pictures after which a person is told. */
const SLOW = 2;
/** Seconds of missing pictures after which the take is ended: the page ends it earlier, unless it hangs. */
const LOST = 8;

/**
 * Turns ticks and camera frames into an episode. Each row is asked for by number (`row k`) and each frame comes back with
 * that number, so rows and frames are equal in number by construction; `finish` verifies it.
 */
export class EpisodeRecorder {
  readonly #fps: number;
  readonly #clock: Clock;
  readonly #clocks: ClockJoin;
  readonly #patience: number;
  readonly #faults = new Emitter<Fault>();
  readonly #gaveUp = new Emitter<void>();
  readonly #answers = new Emitter<FromCameras['type'] | 'over'>();
  #take: GrowingTake | null = null;
  #takes = 0;

  /** `clocks`: shared with whoever else joins the renderer's clock. `patience`: seconds to wait for the cameras. */
  constructor(options: { fps: number; clock: Clock; clocks?: ClockJoin; patience?: number }) {
    this.#fps = options.fps;
    this.#clock = options.clock;
    this.#clocks = options.clocks ?? new ClockJoin();
    this.#patience = options.patience ?? 5;
  }

  /** What a person should know although the take goes on: a camera failed or is slow, rows were cut, the loop was late. */
  onFault(listener: Listener<Fault>): Unsubscribe {
    return this.#faults.on(listener);
  }

  /** The cameras of the take under way gave up: no later row will have pictures, and it should be ended now. */
  onGaveUp(listener: () => void): Unsubscribe {
    return this.#gaveUp.on(listener);
  }

  /** Resolves when every camera is ready; rows begin with the next tick. */
  async start(options: TakeOptions): Promise<void> {
    if (this.#take) throw fault('busy', 'A take is being recorded already', 'Finish or discard it first.');
    const { cameras, port } = options;
    if (cameras.length > 0 && !port)
      throw fault('no-camera', 'There is nothing that can see', 'Record without cameras.');
    const take = new GrowingTake(++this.#takes, options, this.#fps);
    this.#take = take;
    if (!port || cameras.length === 0) return;
    take.off = port.onMessage((message) => this.#receive(take, message));
    try {
      for (let i = 0; i < ROUND_TRIPS; i++) take.tell({ type: 'clock', main: this.#clock.now() });
      const answer = this.#answer('ready');
      const told = take.tell({ type: 'record', take: take.id, cameras, fps: this.#fps });
      const answered = told && (await answer);
      if (this.#take !== take) throw discarded();
      if (take.failure) throw fault(take.failure.kind, take.failure.message, take.failure.tip);
      if (!answered) {
        throw fault(
          'no-camera',
          'The cameras did not get ready',
          'See whether another program uses them, then try again.',
        );
      }
      take.ready = true;
    } catch (error) {
      if (this.#take === take) this.abort();
      throw error;
    }
  }

  onTick(tick: Tick): void {
    const take = this.#take;
    if (!take?.ready || !take.add(tick)) return;
    const failed = take.failure;
    take.tell({ type: 'row', take: take.id, k: take.rows.length - 1 });
    if (take.failure) {
      if (!failed) this.#giveUp(take.failure);
      return;
    }
    const behind = take.rows.length - take.delivered;
    if (behind > LOST * this.#fps && !take.lost) {
      take.lost = true;
      const message = `Camera ${take.slowest} is more than ${LOST} s behind: the take was ended`;
      this.#giveUp({ kind: 'no-camera', message, tip: 'Use fewer cameras or smaller pictures, then record again.' });
      return;
    }
    if (take.warned || behind <= SLOW * this.#fps) return;
    take.warned = true;
    const message = `Camera ${take.slowest} is more than ${SLOW} s behind`;
    this.#faults.emit({ kind: 'no-camera', message, tip: 'Stop the take; use fewer or smaller cameras.' });
  }

  /** Ends the take. Rejects when nothing usable was recorded; the take is over in any case. */
  async finish(): Promise<Take> {
    const take = this.#take;
    if (!take?.ready) throw fault('busy', 'No take is being recorded', 'Start one first.');
    take.ready = false;
    try {
      if (take.rows.length === 0) throw fault('bad-input', 'The take is empty', 'Record for a moment longer.');
      const answer = take.tracks.size > 0 && !take.failure ? this.#answer('flushed') : null;
      if (take.tell({ type: 'finish', take: take.id })) await answer;
      if (this.#take !== take) throw discarded();
      const done = take.close();
      for (const note of done.notes) if (note !== take.failure) this.#faults.emit(note);
      return done;
    } finally {
      if (this.#take === take) this.abort();
    }
  }

  /** Forgets the take. Safe at any time. */
  abort(): void {
    const take = this.#take;
    this.#take = null;
    take?.off();
    take?.tell({ type: 'abort', take: take.id });
    this.#answers.emit('over');
  }

  status(): RecorderStatus {
    const take = this.#take;
    if (!take) return { rows: 0, seconds: 0, pending: 0, gaps: 0 };
    const rows = take.rows.length;
    return { rows, seconds: take.seconds, pending: rows - take.delivered, gaps: take.grid.gaps };
  }

  #receive(take: GrowingTake, message: FromCameras): void {
    if (message.type === 'clock') this.#clocks.add(message.main, message.renderer, this.#clock.now());
    if (message.type === 'clock' || message.type === 'cameras' || message.type === 'look' || message.take !== take.id)
      return;
    if (message.type === 'config') take.configure(message);
    if (message.type === 'frame') take.frame(message, this.#clocks.toMain(message.taken));
    if (message.type === 'failed' && !take.failure) {
      take.failure = { kind: 'no-camera', message: message.fault.message, tip: message.fault.tip };
      if (take.rows.length > 0) this.#giveUp(take.failure);
    }
    this.#answers.emit(message.type);
  }

  #giveUp(why: Fault): void {
    this.#faults.emit(why);
    this.#gaveUp.emit();
  }

  /** True when `wanted` (or a failure) came in time. */
  #answer(wanted: 'ready' | 'flushed'): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (came: boolean) => {
        clearTimeout(timer);
        off();
        resolve(came);
      };
      const timer = setTimeout(() => settle(false), this.#patience * 1000);
      const off = this.#answers.on((type) => {
        if (type === wanted || type === 'failed' || type === 'over') settle(true);
      });
    });
  }
}

const discarded = () => fault('cancelled', 'The take was discarded', 'Start again when you are ready.');
