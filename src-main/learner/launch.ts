import { fork } from 'node:child_process';
import type { ChildProcessPort } from '../core/learning';

/**
 * Starts a learner process as a plain Node child (the desktop app's twin is ipc/utility.ts). Its output goes to our
 * standard error, so that `--json` on standard output stays clean.
 */
export function spawnChild<Out, In>(file: string): ChildProcessPort<Out, In> {
  const child = fork(file, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'], execArgv: [] });
  const exits = new Set<(code: number | null) => void>();
  let gone: { code: number | null } | null = null;
  const end = (code: number | null): void => {
    if (gone) return;
    gone = { code };
    for (const listener of exits) listener(code);
    exits.clear();
  };
  child.once('exit', (code) => end(code));
  child.once('error', () => end(null));
  return {
    send: (message) => {
      // Writing to a dying child is no error of ours: `exit` tells the owner.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => {
      const heard = (message: unknown): void => listener(message as In);
      child.on('message', heard);
      return () => void child.off('message', heard);
    },
    onExit: (listener) => {
      if (gone) queueMicrotask(() => listener(gone?.code ?? null));
      else exits.add(listener);
      return () => void exits.delete(listener);
    },
    kill: () => void child.kill(),
  };
}
