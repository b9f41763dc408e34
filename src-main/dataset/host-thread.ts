import { MessageChannel, Worker } from 'node:worker_threads';
import type { ChildProcessPort } from '../core/learning';
import { serveHost } from './host';
import type { FromHost, ToHost } from './host-messages';
import type { AnyWork } from './host-work';

export type HostThread = ChildProcessPort<ToHost, FromHost>;

/** Starts the dataset thread. `file` is its built entry (station/dataset-worker.ts). */
export function spawnHostThread(file: string): HostThread {
  const worker = new Worker(file);
  const exits = new Set<(code: number | null) => void>();
  let gone: { code: number | null } | null = null;
  worker.once('exit', (code) => {
    gone = { code };
    for (const listener of exits) listener(code);
    exits.clear();
  });
  // Without a listener an error in the thread would end the whole process; `exit` follows and tells the owner.
  worker.on('error', (error) => process.stderr.write(`[datasets] ${error.stack ?? String(error)}\n`));
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on('message', listener);
      return () => void worker.off('message', listener);
    },
    onExit: (listener) => {
      if (gone) queueMicrotask(() => listener(gone?.code ?? null));
      else exits.add(listener);
      return () => void exits.delete(listener);
    },
    kill: () => void worker.terminate(),
  };
}

/** The same in the caller's own thread, for tests and tools: everything still crosses by structured clone. */
export function hostInThisThread(works: readonly AnyWork[] = []): HostThread {
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
