import { MessageChannel } from 'node:worker_threads';
import type { ChildProcessPort } from '../core/learning';
import { serveHost } from './host';
import type { FromHost, ToHost } from './host-messages';
import type { AnyWork } from './host-work';

/**
 * The dataset process (station/dataset-worker.ts) as its owner sees it. A process and no thread: a decoder's native threads
 * that call back into a thread which ends bring the whole process down, and a damaged video may at any time.
 */
export type HostProcess = ChildProcessPort<ToHost, FromHost>;

/** The same in the caller's own process, for tests and tools: everything still crosses by structured clone. */
export function hostInThisProcess(works: readonly AnyWork[] = []): HostProcess {
  const { port1, port2 } = new MessageChannel();
  const exits = new Set<(code: number | null) => void>();
  serveHost(
    {
      send: (message) => port2.postMessage(message),
      onMessage: (listener) => void port2.on('message', listener),
    },
    works,
  );
  port1.once('close', () => {
    for (const listener of exits) listener(0);
    exits.clear();
  });
  return {
    send: (message) => port1.postMessage(message),
    onMessage: (listener) => {
      port1.on('message', listener);
      return () => void port1.off('message', listener);
    },
    onExit: (listener) => {
      exits.add(listener);
      return () => void exits.delete(listener);
    },
    kill: () => port1.close(),
  };
}
