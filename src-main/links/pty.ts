import { closeSync, constants, openSync } from 'node:fs';
import { Emitter } from '../core/emitter';
import { fault } from '../core/fault';
import type { Listener, Unsubscribe } from '../core/types';

/** The device's end of a pseudo-terminal. Whoever opens `path` sees a serial port. */
export interface PseudoTerminal {
  readonly path: string;
  write(bytes: Uint8Array): void;
  onData(listener: Listener<Uint8Array>): Unsubscribe;
  /** To whoever has the other end open this is a pulled cable. Idempotent. */
  close(): void;
}

/** The parts of node-pty's terminals that we use; its types leave `open` out. */
interface Stream {
  on(event: 'data', listener: (bytes: Uint8Array) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  write(bytes: Uint8Array): boolean;
  destroy(): void;
}
interface PairOfEnds {
  readonly ptsName: string;
  readonly master: Stream;
  readonly slave: Stream;
}
const hasOpen = (module: object): module is { open(options: { encoding: null }): PairOfEnds } =>
  'open' in module && typeof module.open === 'function';

/**
 * A pseudo-terminal pair in raw mode: bytes pass unchanged both ways. Linux and macOS.
 * Rejects with a `not-found` fault where the system has none.
 */
export async function openPseudoTerminal(): Promise<PseudoTerminal> {
  const { path, master, hold } = await openPair().catch((error: unknown) => {
    throw fault(
      'not-found',
      'This system offers no pseudo-terminals.',
      'Use the simulated arm inside the app instead, or run this on Linux or macOS.',
      error,
    );
  });
  const data = new Emitter<Uint8Array>();
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    master.destroy();
    closeSync(hold);
  };
  master.on('error', close);
  master.on('data', (bytes) => {
    if (open) data.emit(bytes);
  });
  return {
    path,
    write: (bytes) => {
      if (open) master.write(bytes);
    },
    onData: (listener) => data.on(listener),
    close,
  };
}

async function openPair(): Promise<{ path: string; master: Stream; hold: number }> {
  const loaded: { default?: object } = await import('@lydell/node-pty');
  const module = loaded.default ?? loaded;
  if (!hasOpen(module)) throw new Error('this version of node-pty cannot open a pair');
  const { ptsName: path, master, slave } = module.open({ encoding: null });
  slave.on('error', () => undefined);
  // The terminal's settings live as long as someone has its far end open, and without anyone there the near end
  // reports an error: hold it open, but never read from it, or we would steal bytes from the real reader.
  const hold = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  slave.destroy();
  await makeRaw(path);
  return { path, master, hold };
}

/** serialport switches every translation off when it opens a terminal (Node's own raw mode leaves \n → \r\n on). */
async function makeRaw(path: string): Promise<void> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false, lock: false, hupcl: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  await new Promise<void>((resolve) => port.close(() => resolve()));
}
