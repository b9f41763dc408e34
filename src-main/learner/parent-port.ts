/** The way back to whoever started this process: Electron's main process or a plain Node parent. */
export interface ParentPort {
  /** Who started this process: the desktop app, where somebody may be driving, or the command line. */
  readonly beside: 'app' | 'command-line';
  send(message: unknown): void;
  /** One listener for the life of the process. Messages are as they came: parse them. */
  onMessage(listener: (message: unknown) => void): void;
}

/** What Electron gives a utility process. Declared here, for this room does not know Electron. */
interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export function openParentPort(): ParentPort {
  if ('parentPort' in process && isUtilityPort(process.parentPort)) {
    const port = process.parentPort;
    return {
      beside: 'app',
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
    };
  }
  if (!process.send) throw new Error('This file is started by Understudy in the background, not by hand.');
  // A child whose parent is gone has nobody to work for.
  process.once('disconnect', () => process.exit(0));
  return {
    beside: 'command-line',
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => void process.on('message', listener),
  };
}

const isUtilityPort = (value: unknown): value is UtilityPort =>
  typeof value === 'object' && value !== null && 'postMessage' in value && typeof value.postMessage === 'function';
