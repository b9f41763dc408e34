import type { Listener, Unsubscribe } from './types';

/**
 * A byte pipe to a device. A link object owns its events: after `close` (ours) or `onLost` (the world's) it is dead
 * for good, and a new one must be opened; late bytes of the old one go nowhere.
 */
export interface Link {
  /** Shown to people: `/dev/ttyACM0`, `simulated`. */
  readonly label: string;
  open(): Promise<void>;
  /** Resolves when the bytes have been handed to the operating system. Rejects with a `link-lost` fault. */
  write(bytes: Uint8Array): Promise<void>;
  onData(listener: Listener<Uint8Array>): Unsubscribe;
  /** The device went away by itself. Called at most once, never after `close`. */
  onLost(listener: Listener<Error>): Unsubscribe;
  close(): Promise<void>;
}
