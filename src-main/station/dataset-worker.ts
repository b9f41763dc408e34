import { parentPort } from 'node:worker_threads';
import { COACH_WORKS } from '../coach/works';
import { serveHost } from '../dataset/host';
import type { AnyWork } from '../dataset/host-work';

/** The dataset thread's entry: all heavy work on datasets that the app can ask for. Add yours to the list. */
export const WORKS: readonly AnyWork[] = [...COACH_WORKS];

const port = parentPort;
if (port) {
  serveHost(
    { send: (message) => port.postMessage(message), onMessage: (listener) => void port.on('message', listener) },
    WORKS,
  );
}
