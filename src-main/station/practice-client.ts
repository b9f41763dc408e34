import type { AbortSignalLike } from '../core/clock';
import { fault, revive } from '../core/fault';
import { parseMessage } from '../core/learner-messages';
import type { ChildProcessPort } from '../core/learning';
import {
  type FromPractice,
  fromPracticeSchema,
  type PracticeOptions,
  type PracticeProgress,
  type PracticeResult,
  type ToPractice,
} from '../core/practice';

export type PracticePort = ChildProcessPort<ToPractice, FromPractice>;

/**
 * One practice in a child process, which ends with it. Aborting stops it soon and keeps the best so far. Rejects with the
 * child's fault, or with `child-died` when it is gone.
 */
export function practiseIn(
  child: PracticePort,
  options: PracticeOptions,
  watch: { onProgress?: (progress: PracticeProgress) => void; signal?: AbortSignalLike } = {},
): Promise<PracticeResult> {
  const { signal } = watch;
  const stop = (): void => child.send({ type: 'stop' });
  return new Promise<PracticeResult>((resolve, reject) => {
    child.onMessage((data) => {
      try {
        const message = parseMessage(fromPracticeSchema, data, 'practice');
        if (message.type === 'progress') watch.onProgress?.(message.progress);
        if (message.type === 'done') resolve(message.result);
        if (message.type === 'failed') reject(revive(message.fault));
      } catch (error) {
        reject(error);
      }
    });
    child.onExit((code) =>
      reject(
        fault(
          'child-died',
          `The practice ended by itself${code === null ? '' : ` (code ${code})`}`,
          'The policy it started from is as it was. Start again; with little memory, for a shorter time.',
        ),
      ),
    );
    child.send({ type: 'practise', options });
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
  }).finally(() => {
    signal?.removeEventListener('abort', stop);
    child.kill();
  });
}
