import { constants, setPriority } from 'node:os';
import { fault, toFault } from '../core/fault';
import { parseMessage, toTrainerSchema } from '../core/learner-messages';
import type { FromTrainer, ToTrainer, TrainOptions } from '../core/learning';
import { openDataset } from '../dataset/dataset';
import { openEngine } from './engine';
import { openParentPort } from './parent-port';
import { train } from './train';
import { cachedVideo } from './video';

/**
 * The trainer process: one training at a time. Beside the desktop app it runs at the lowest priority, so that driving
 * never waits for it; on the command line it is what the person waits for.
 */

/** The training under way, as messages steer it. */
class Running {
  readonly abort = new AbortController();
  #rest: { promise: Promise<void>; end: () => void } | null = null;
  #wanted: string | null = null;

  get rest(): Promise<void> | null {
    return this.#rest?.promise ?? null;
  }

  pause(): void {
    if (this.#rest) return;
    let end = (): void => {};
    const promise = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#rest = { promise, end };
  }

  resume(): void {
    this.#rest?.end();
    this.#rest = null;
  }

  cancel(): void {
    this.abort.abort();
    this.resume();
  }

  want(folder: string): void {
    this.#wanted = folder;
  }

  /** The folder somebody wants a checkpoint in: told once. */
  takeWanted(): string | null {
    const folder = this.#wanted;
    this.#wanted = null;
    return folder;
  }
}

const port = openParentPort();
const say = (message: FromTrainer): void => port.send(message);
let running: Running | null = null;

try {
  if (port.beside === 'app') setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it; training then competes with the rest.
}

async function run(options: TrainOptions, steered: Running): Promise<void> {
  const { signal } = steered.abort;
  const dataset = await openDataset(options.dataset);
  try {
    const engine = await openEngine(options.engine);
    const result = await train(options, dataset, engine, {
      onProgress: (progress) => say({ type: 'progress', progress }),
      onPlanned: (planned) => say({ type: 'planned', planned }),
      paused: () => steered.rest,
      snapshot: () => steered.takeWanted(),
      onSnapshot: (snapshot) => say({ type: 'snapshot', snapshot }),
      signal,
      openPictures: cachedVideo(signal),
    });
    say({ type: 'done', result });
  } finally {
    await dataset.close();
  }
}

function steer(message: Exclude<ToTrainer, { type: 'train' }>): void {
  if (message.type === 'cancel') running?.cancel();
  if (message.type === 'pause') running?.pause();
  if (message.type === 'resume') running?.resume();
  if (message.type === 'snapshot') running?.want(message.folder);
}

port.onMessage((data) => {
  try {
    const message = parseMessage(toTrainerSchema, data, 'app');
    if (message.type !== 'train') return steer(message);
    if (running) throw fault('busy', 'A training is under way', 'Cancel it first, or wait for it to end.');
    running = new Running();
    run(message.options, running)
      .catch((error: unknown) => say({ type: 'failed', fault: toFault(error) }))
      .finally(() => {
        running = null;
      });
  } catch (error) {
    say({ type: 'failed', fault: toFault(error) });
  }
});
say({ type: 'ready' });
