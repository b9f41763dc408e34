import { constants, setPriority } from 'node:os';
import { fault, toFault } from '../core/fault';
import { parseMessage, toTrainerSchema } from '../core/learner-messages';
import type { FromTrainer, TrainOptions } from '../core/learning';
import { openDataset } from '../dataset/dataset';
import { openEngine } from './engine';
import { openParentPort } from './parent-port';
import { train } from './train';
import { cachedVideo } from './video';

/**
 * The trainer process: one training at a time. Beside the desktop app it runs at the lowest priority, so that driving
 * never waits for it; on the command line it is what the person waits for.
 */

const port = openParentPort();
const say = (message: FromTrainer): void => port.send(message);
let running: AbortController | null = null;

try {
  if (port.beside === 'app') setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it; training then competes with the rest.
}

async function run(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const dataset = await openDataset(options.dataset);
  try {
    const engine = await openEngine(options.engine);
    const onProgress = (progress: Extract<FromTrainer, { type: 'progress' }>['progress']): void =>
      say({ type: 'progress', progress });
    const result = await train(options, dataset, engine, { onProgress, signal, openPictures: cachedVideo(signal) });
    say({ type: 'done', result });
  } finally {
    await dataset.close();
  }
}

port.onMessage((data) => {
  try {
    const message = parseMessage(toTrainerSchema, data, 'app');
    if (message.type === 'cancel') return running?.abort();
    if (running) throw fault('busy', 'A training is under way', 'Cancel it first, or wait for it to end.');
    const abort = new AbortController();
    running = abort;
    run(message.options, abort.signal)
      .catch((error: unknown) => say({ type: 'failed', fault: toFault(error) }))
      .finally(() => {
        running = null;
      });
  } catch (error) {
    say({ type: 'failed', fault: toFault(error) });
  }
});
say({ type: 'ready' });
