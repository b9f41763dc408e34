import { type BrowserWindow, MessageChannelMain, type MessagePortMain } from 'electron';
import { CHANNELS } from '../core/channels';
import { Emitter } from '../core/emitter';
import type { Listener, Unsubscribe } from '../core/types';

/**
 * High-rate streams to the page. A stream outlives page reloads: `attach` gives the newly loaded page fresh ports and
 * the old ones die; whoever sends or listens here notices nothing.
 */
export class Stream {
  #port: MessagePortMain | null = null;
  readonly #messages = new Emitter<unknown>();
  readonly #attached = new Emitter<void>();

  constructor(readonly name: string) {}

  attach(window: BrowserWindow): void {
    this.#port?.close();
    const { port1, port2 } = new MessageChannelMain();
    this.#port = port1;
    port1.on('message', ({ data }) => this.#messages.emit(data));
    port1.on('close', () => {
      if (this.#port === port1) this.#port = null;
    });
    port1.start();
    window.webContents.postMessage(CHANNELS.ports, this.name, [port2]);
    this.#attached.emit();
  }

  send(message: unknown): void {
    this.#port?.postMessage(message);
  }

  onMessage(listener: Listener<unknown>): Unsubscribe {
    return this.#messages.on(listener);
  }

  /** A page was (re)loaded: whatever it knew is gone. */
  onAttached(listener: () => void): Unsubscribe {
    return this.#attached.on(listener);
  }
}
