import { fault, toFault } from '../core/fault';
import {
  type FromPilotHost,
  parseMessage,
  policySpecSchema,
  type ToPilotHost,
  toPilotHostSchema,
} from '../core/learner-messages';
import type { Policy } from '../core/policy';
import { loadPolicy } from './checkpoint';
import { type Engine, openEngine } from './engine';
import { openParentPort } from './parent-port';
import { warmUp } from './warm-up';

/** The pilot-host process: holds one policy and answers "what now?". It may be slow or die; the loop then holds still. */

const port = openParentPort();
const say = (message: FromPilotHost): void => port.send(message);
let engine: Engine | null = null;
let policy: Policy | null = null;
/** One request after another: the engine computes one thing at a time anyway. */
let tail: Promise<void> = Promise.resolve();

async function answer(message: ToPilotHost): Promise<void> {
  const { id } = message;
  if (message.type === 'load') {
    engine ??= await openEngine(message.engine);
    const fresh = await loadPolicy(message.folder, engine);
    await warmUp(fresh);
    policy?.dispose();
    policy = fresh;
    return say({ type: 'loaded', id, spec: policySpecSchema.parse(fresh.spec), engine: engine.info });
  }
  if (!policy) throw fault('not-found', 'No policy is loaded', 'Load one first.');
  if (message.type === 'reset') {
    policy.reset();
    return say({ type: 'done', id });
  }
  const actions = await policy.act(message.history);
  say({ type: 'actions', id, actions: actions.map((action) => [...action]) });
}

port.onMessage((data) => {
  let message: ToPilotHost;
  try {
    message = parseMessage(toPilotHostSchema, data, 'app');
  } catch (error) {
    const id = typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'number' ? data.id : 0;
    return say({ type: 'failed', id, fault: toFault(error) });
  }
  tail = tail
    .then(() => answer(message))
    .catch((error: unknown) => say({ type: 'failed', id: message.id, fault: toFault(error) }));
});
say({ type: 'ready' });
