import { utilityProcess } from 'electron';
import type { ChildProcessPort } from '../core/learning';

/** A background process of the desktop app (the CLI's twin is learner/launch.ts). */
export function spawnUtility<Out, In>(file: string, serviceName: string): ChildProcessPort<Out, In> {
  const child = utilityProcess.fork(file, [], { serviceName, stdio: 'pipe' });
  // Unread pipes would block the child once full.
  child.stdout?.resume();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const exits = new Set<(code: number | null) => void>();
  let exited: { code: number | null } | null = null;
  child.once('exit', (code) => {
    exited = { code };
    if (code !== 0 && errors) process.stderr.write(`[${serviceName}] ended with code ${code}: ${errors}\n`);
    for (const listener of exits) listener(code);
  });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => {
      child.on('message', listener);
      return () => void child.off('message', listener);
    },
    onExit: (listener) => {
      if (exited) queueMicrotask(() => listener(exited?.code ?? null));
      exits.add(listener);
      return () => void exits.delete(listener);
    },
    kill: () => void child.kill(),
  };
}
