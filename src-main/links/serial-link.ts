import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { Emitter } from '../core/emitter';
import { fault } from '../core/fault';
import type { Link } from '../core/link';
import type { Listener, Unsubscribe } from '../core/types';
import { openFault } from './serial-faults';

export { listPorts } from './ports';

export interface SerialOptions {
  /** Feetech servos leave the factory at 1 Mbaud. */
  readonly baudRate?: number;
}

/** A write that the driver does not take within this time means that the device no longer drains its buffer. */
const WRITE_TIMEOUT_MS = 500;

/**
 * How often we look whether the device file is still there. Where the cable is pulled in the middle of a read, Linux
 * answers "end of file" and serialport asks again for ever: no event, a busy processor, until the next write fails.
 */
const PRESENCE_MS = 200;

/** A serial port, locked for us alone. See `Link` for what is owed. */
export class SerialLink implements Link {
  readonly label: string;
  readonly #baudRate: number;
  readonly #data = new Emitter<Uint8Array>();
  readonly #lost = new Emitter<Error>();
  #port: SerialPort | null = null;
  #opening: Promise<void> | null = null;
  #dead = false;
  #presence: NodeJS.Timeout | undefined;

  constructor(path: string, { baudRate = 1_000_000 }: SerialOptions = {}) {
    this.label = path;
    this.#baudRate = baudRate;
  }

  /** Rejects with `port-busy`, `permission`, `not-found` or `link-lost`. */
  open(): Promise<void> {
    if (this.#dead) return Promise.reject(this.#gone());
    this.#opening ??= this.#open();
    return this.#opening;
  }

  write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    if (this.#dead || !port?.isOpen) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error('the port takes no more bytes'), reject), WRITE_TIMEOUT_MS);
      port.write(bytes, (error) => {
        clearTimeout(timer);
        if (error) this.#fail(error, reject);
        else resolve();
      });
    });
  }

  onData(listener: Listener<Uint8Array>): Unsubscribe {
    return this.#data.on(listener);
  }

  onLost(listener: Listener<Error>): Unsubscribe {
    return this.#lost.on(listener);
  }

  async close(): Promise<void> {
    this.#dead = true;
    await this.#opening?.catch(() => undefined);
    await this.#release();
  }

  async #open(): Promise<void> {
    const port = new SerialPort({ path: this.label, baudRate: this.#baudRate, autoOpen: false, lock: true });
    // An error event without a listener would end the process.
    port.on('error', (error) => this.#vanish(error));
    port.on('close', (error: Error | null) => this.#vanish(error ?? new Error('the port closed')));
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(openFault(this.label, error)) : resolve()));
    });
    this.#port = port;
    if (this.#dead) {
      await this.#release();
      throw this.#gone();
    }
    if (this.label.startsWith('/')) this.#presence = setInterval(() => void this.#look(), PRESENCE_MS).unref();
    port.on('data', (bytes: Uint8Array) => {
      if (!this.#dead) this.#data.emit(bytes);
    });
  }

  async #look(): Promise<void> {
    const gone = await stat(this.label).then(
      () => false,
      () => true,
    );
    if (gone) this.#vanish(new Error('the device file is gone'));
  }

  #fail(error: Error, reject: (error: Error) => void): void {
    reject(this.#gone(error));
    this.#vanish(error);
  }

  /** The world took the port: tell once, never after our own close. */
  #vanish(error: Error): void {
    if (this.#dead) return;
    this.#dead = true;
    void this.#release();
    this.#lost.emit(this.#gone(error));
  }

  #release(): Promise<void> {
    clearInterval(this.#presence);
    const port = this.#port;
    this.#port = null;
    if (!port?.isOpen) return Promise.resolve();
    return new Promise((resolve) => port.close(() => resolve()));
  }

  #gone(cause?: Error) {
    const why = cause ? ` (${cause.message})` : '';
    return fault(
      'link-lost',
      `${this.label} is not connected${why}.`,
      'Check the USB cable and the power supply, then connect again.',
      cause,
    );
  }
}
