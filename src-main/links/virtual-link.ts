import { Emitter } from '../core/emitter';
import { fault } from '../core/fault';
import type { Link } from '../core/link';
import type { Listener, Unsubscribe } from '../core/types';

/** Something that answers bytes at once. An answer of no bytes is silence. */
export interface ByteDevice {
  receive(bytes: Uint8Array): Uint8Array;
}

/** What goes wrong on the wire. Each function sees every message; leave out what shall work. */
export interface LinkFaults {
  /** Host → device: the bytes that arrive; null = lost. */
  outbound?(bytes: Uint8Array): Uint8Array | null;
  /** Device → host: the bytes that arrive; null = lost. */
  inbound?(bytes: Uint8Array): Uint8Array | null;
  /** Milliseconds (real time) by which this answer is late. */
  delay?(bytes: Uint8Array): number;
  /** An adapter that sends our own bytes back first. */
  echo?: boolean;
}

const NOTHING = new Uint8Array(0);

/**
 * A wire inside the process. Answers come in a microtask, so a loop on virtual time runs as fast as the machine
 * computes; such a loop must let the event loop breathe now and then. Awkward on demand: set `faults`, call `unplug`.
 */
export class VirtualLink implements Link {
  readonly label: string;
  faults: LinkFaults = {};
  readonly #device: ByteDevice;
  readonly #data = new Emitter<Uint8Array>();
  readonly #lost = new Emitter<Error>();
  #state: 'new' | 'open' | 'dead' = 'new';

  constructor(device: ByteDevice, label = 'simulated') {
    this.#device = device;
    this.label = label;
  }

  async open(): Promise<void> {
    if (this.#state === 'dead') throw this.#gone();
    this.#state = 'open';
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#state !== 'open') throw this.#gone();
    const { outbound, echo } = this.faults;
    const arrived = outbound ? outbound(bytes) : bytes;
    const answer = arrived ? this.#device.receive(arrived) : NOTHING;
    if (echo) queueMicrotask(() => this.#deliver(bytes));
    if (answer.length > 0) this.#answer(answer);
  }

  onData(listener: Listener<Uint8Array>): Unsubscribe {
    return this.#data.on(listener);
  }

  onLost(listener: Listener<Error>): Unsubscribe {
    return this.#lost.on(listener);
  }

  async close(): Promise<void> {
    this.#state = 'dead';
  }

  /** The cable is pulled. */
  unplug(): void {
    if (this.#state !== 'open') return;
    this.#state = 'dead';
    this.#lost.emit(this.#gone());
  }

  /** Bytes that nobody asked for. */
  babble(bytes: Uint8Array): void {
    this.#deliver(bytes);
  }

  #answer(bytes: Uint8Array): void {
    const { inbound, delay } = this.faults;
    const arriving = inbound ? inbound(bytes) : bytes;
    if (!arriving) return;
    const late = delay?.(bytes) ?? 0;
    if (late > 0) setTimeout(() => this.#deliver(arriving), late);
    else queueMicrotask(() => this.#deliver(arriving));
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#data.emit(bytes);
  }

  #gone() {
    return fault('link-lost', `The ${this.label} link is not connected.`, 'Connect to the robot again.');
  }
}
