import { constants, setPriority } from 'node:os';
import { fault, toFault } from '../core/fault';
import { parseMessage } from '../core/learner-messages';
import { type FromJob, type JobProgress, type JobRequest, toJobSchema } from '../exchange/job';
import { runJob } from '../exchange/run-job';
import { openParentPort } from '../learner/parent-port';

/**
 * The process of one long job: import, export, check, repair, push, pull. A file that brings a decoder down, or fills
 * the memory, ends this process and nothing else. At the lowest priority beside the app: driving never waits for it.
 */

const port = openParentPort();
const say = (message: FromJob): void => port.send(message);
let running: AbortController | null = null;

try {
  if (port.beside === 'app') setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it.
}

/** At most this many reports a second go to the app. */
const REPORTS = 10;

function thinned(): (progress: JobProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < 1000 / REPORTS) return;
    last = now;
    say({ type: 'progress', progress });
  };
}

async function run(request: JobRequest, signal: AbortSignal): Promise<void> {
  const outcome = await runJob(request, { report: thinned(), signal });
  say({ type: 'done', outcome: { note: outcome.note, report: [...outcome.report] } });
}

port.onMessage((data) => {
  try {
    const message = parseMessage(toJobSchema, data, 'app');
    if (message.type === 'cancel') return running?.abort();
    if (running) throw fault('busy', 'A job is under way', 'Cancel it first, or wait for it to end.');
    running = new AbortController();
    run(message.request, running.signal).catch((error: unknown) => say({ type: 'failed', fault: toFault(error) }));
  } catch (error) {
    say({ type: 'failed', fault: toFault(error) });
  }
});
