import { constants, setPriority } from 'node:os';
import type { Dataset } from '../core/episode';
import { fault, toFault } from '../core/fault';
import { parseMessage } from '../core/learner-messages';
import {
  type FromPractice,
  type PracticeOptions,
  type PracticeProgress,
  type PracticeResult,
  toPracticeSchema,
} from '../core/practice';
import { isDataset, openDataset } from '../dataset/dataset';
import { readPolicyFile } from '../learner/checkpoint';
import { openEngine } from '../learner/engine';
import { openParentPort } from '../learner/parent-port';
import { learnFromTrials } from '../learner/rl/from-trials';
import { practise } from '../learner/rl/practise';
import { cachedVideo } from '../learner/video';
import { openPracticeGround } from './practice-ground';

/**
 * The practice process: rollouts in a simulator of its own, faster than real time, and learning from them. At the lowest
 * priority beside the app; the robot, the world and the policy of the live app are not touched.
 */

const port = openParentPort();
const say = (message: FromPractice): void => port.send(message);
let running: AbortController | null = null;

try {
  if (port.beside === 'app') setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it.
}

/** Reports a second at most. */
const REPORTS = 10;

function reporter(): (progress: PracticeProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let phase = '';
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - last < 1000 / REPORTS) return;
    [last, phase] = [now, progress.phase];
    say({ type: 'progress', progress });
  };
}

async function run(options: PracticeOptions, signal: AbortSignal): Promise<PracticeResult> {
  const dataset = await demonstrations(options);
  const watch = { onProgress: reporter(), signal };
  try {
    const engine = await openEngine(options.engine);
    if (options.task === undefined) {
      return await learnFromTrials(options, dataset as Dataset, engine, cachedVideo(signal), watch);
    }
    const ground = await openPracticeGround(options.task);
    try {
      return await practise(options, dataset, ground, engine, watch);
    } finally {
      await ground.close();
    }
  } finally {
    await dataset?.close();
  }
}

/** The folder that was named; else what the policy was trained on, which practice can do without when it is gone. */
async function demonstrations(options: PracticeOptions): Promise<Dataset | null> {
  if (options.dataset) return openDataset(options.dataset);
  const { dataset } = await readPolicyFile(options.policy);
  if (await isDataset(dataset.folder)) return openDataset(dataset.folder);
  if (options.task) return null;
  throw fault(
    'not-found',
    `The dataset this policy was trained on is not in ${dataset.folder} any more`,
    'Name the dataset that holds its scored trials.',
  );
}

port.onMessage((data) => {
  try {
    const message = parseMessage(toPracticeSchema, data, 'app');
    if (message.type === 'stop') return running?.abort();
    if (running) throw fault('busy', 'A practice is under way', 'Stop it first, or wait for it to end.');
    running = new AbortController();
    run(message.options, running.signal)
      .then((result) => say({ type: 'done', result }))
      .catch((error: unknown) => say({ type: 'failed', fault: toFault(error) }))
      .finally(() => {
        running = null;
      });
  } catch (error) {
    say({ type: 'failed', fault: toFault(error) });
  }
});
