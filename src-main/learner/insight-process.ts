import { constants, setPriority } from 'node:os';
import { fault, toFault } from '../core/fault';
import { type FromInsight, type ToInsight, toInsightSchema } from '../core/insight';
import { parseMessage } from '../core/learner-messages';
import { type Engine, openEngine } from './engine';
import { compare } from './insight/compare';
import { listDemonstrations, openDemonstrations } from './insight/demonstrations';
import { openParentPort } from './parent-port';
import { inMemory } from './pictures';
import { readVideo } from './video';

/** The insight process: compares policies with demonstrations, at the lowest priority beside the app. Moves nothing. */

const port = openParentPort();
const say = (message: FromInsight): void => port.send(message);
let engine: Promise<Engine> | null = null;
let running: AbortController | null = null;
/** One request after another; a newer comparison ends the one before. */
let tail: Promise<void> = Promise.resolve();

try {
  if (port.beside === 'app') setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it.
}

const learning = (want: 'auto' | 'native' | 'wasm'): Promise<Engine> => {
  engine ??= openEngine(want);
  return engine;
};

async function answer(message: ToInsight, signal: AbortSignal): Promise<void> {
  const { id, policy } = message;
  if (signal.aborted) throw fault('cancelled', 'Another comparison was asked for', 'Start it again.');
  const dataset = await openDemonstrations(policy, message.dataset);
  try {
    if (message.type === 'episodes') {
      return say({ type: 'episodes', id, list: await listDemonstrations(policy, dataset) });
    }
    // A single episode: not worth a cache on the disk.
    const looking = { learning, openPictures: inMemory(readVideo), signal };
    say({ type: 'insight', id, insight: await compare(policy, dataset, message.episode, looking) });
  } finally {
    await dataset.close();
  }
}

port.onMessage((data) => {
  let message: ToInsight;
  try {
    message = parseMessage(toInsightSchema, data, 'app');
  } catch (error) {
    const id = typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'number' ? data.id : 0;
    return say({ type: 'failed', id, fault: toFault(error) });
  }
  const { id } = message;
  if (message.type === 'compare') running?.abort();
  const mine = new AbortController();
  if (message.type === 'compare') running = mine;
  tail = tail
    .then(() => answer(message, mine.signal))
    .catch((error: unknown) => say({ type: 'failed', id, fault: toFault(error) }));
});
