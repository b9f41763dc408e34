import type { Answer, CallName, EventName, Events, Params, Result } from '../src-main/core/contract';
import { FaultError } from '../src-main/core/fault';
import type { Unsubscribe } from '../src-main/core/types';

/**
 * The page's end of the wire, typed by core/contract.ts. The only file that touches `window.understudy`, which the
 * preload exposes; main parses every call and answers with data, errors included.
 */
export interface Wire {
  call(name: string, params: unknown): Promise<Answer<unknown>>;
  on(listener: (name: string, data: unknown) => void): Unsubscribe;
}

declare global {
  interface Window {
    understudy?: Wire;
  }
}

export const hasWire = (): boolean => window.understudy !== undefined;

/** Development only: puts a pretended main process where the preload would be. */
export function installWire(wire: Wire): void {
  window.understudy = wire;
}

/** Asks main. Rejects with a `FaultError` when main refuses. */
export async function call<K extends CallName>(name: K, params?: Params<K>): Promise<Result<K>> {
  const wire = window.understudy;
  if (!wire)
    throw new FaultError('internal', 'The window has no bridge to the app', 'Start Understudy with `npm start`.');
  const answer = (await wire.call(name, params)) as Answer<Result<K>>;
  if (answer.ok) return answer.value;
  throw new FaultError(answer.fault.kind, answer.fault.message, answer.fault.tip);
}

/** What main says unasked. Names come from our own main process, so they are trusted to match the contract. */
export function onEvent<K extends EventName>(name: K, listener: (data: Events[K]) => void): Unsubscribe {
  const wire = window.understudy;
  if (!wire) return () => {};
  return wire.on((said, data) => {
    if (said === name) listener(data as Events[K]);
  });
}

function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const live = later<MessagePort>();
const media = later<MessagePort>();
/** Main → page: `LiveTick` objects. */
export const livePort: Promise<MessagePort> = live.promise;
/** Both ways: `ToCameras` and `FromCameras` of core/media.ts. */
export const mediaPort: Promise<MessagePort> = media.promise;

/** Begins to wait for the two ports that main posts once, after the page has loaded. */
export function connectBridge(): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const port = event.ports[0];
    if (!port || event.source !== window) return;
    if (event.data === 'understudy:live') live.resolve(port);
    else if (event.data === 'understudy:media') media.resolve(port);
  });
}
