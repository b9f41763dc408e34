import { fault, toFault } from '../core/fault';
import {
  type FromPilotHost,
  parseMessage,
  policySpecSchema,
  type ToPilotHost,
  toPilotHostSchema,
} from '../core/learner-messages';
import type { Policy } from '../core/policy';
import type { Observation } from '../core/types';
import { type Engine, openEngine } from './engine';
import { type Meter, openMeter } from './insight/meter';
import { openPolicyFolder } from './open-policy';
import { openParentPort } from './parent-port';

/** The pilot-host process: holds one policy and answers "what now?". It may be slow or die; the loop then holds still. */

const port = openParentPort();
const say = (message: FromPilotHost): void => port.send(message);
let engine: Engine | null = null;
let policy: Policy | null = null;
let meter: Meter | null = null;
/** One request after another: the engine computes one thing at a time anyway. */
let tail: Promise<void> = Promise.resolve();

/** Opened only when the policy needs it: the ONNX runtime does without. */
async function learningEngine(want: 'auto' | 'native' | 'wasm'): Promise<Engine> {
  engine ??= await openEngine(want);
  return engine;
}

async function answer(message: ToPilotHost): Promise<void> {
  const { id } = message;
  if (message.type === 'load') {
    const fresh = await openPolicyFolder(message.folder, message.engine, learningEngine);
    policy?.dispose();
    policy = fresh.policy;
    // It drives as well without its meter.
    meter = await openMeter(message.folder).catch(() => null);
    return say({ type: 'loaded', id, spec: policySpecSchema.parse(policy.spec), engine: fresh.engine });
  }
  if (!policy) throw fault('not-found', 'No policy is loaded', 'Load one first.');
  if (message.type === 'reset') {
    policy.reset();
    return say({ type: 'done', id });
  }
  const actions = await policy.act(message.history);
  const distance = meter?.(message.history.at(-1) as Observation);
  const measured = distance !== undefined && Number.isFinite(distance);
  say({ type: 'actions', id, actions: actions.map((action) => [...action]), ...(measured && { distance }) });
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
