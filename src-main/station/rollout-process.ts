import { constants, setPriority } from 'node:os';
import { toFault } from '../core/fault';
import { parseMessage } from '../core/learner-messages';
import { loadPolicy } from '../learner/checkpoint';
import { type Engine, openEngine } from '../learner/engine';
import { openParentPort } from '../learner/parent-port';
import { PolicyPilot } from '../learner/policy-pilot';
import { evaluatePolicy } from './laboratory';
import { type FromRollouts, type ToRollouts, toRolloutsSchema } from './rollout-messages';

/**
 * The rollout process: tries a checkpoint in a simulated world of its own, on virtual time, while it is being trained. At
 * the lowest priority: neither the driving nor the training should notice it.
 */

const port = openParentPort();
const say = (message: FromRollouts): void => port.send(message);
let engine: Engine | null = null;

try {
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it.
}

async function roll({ checkpoint, task, trials, seed }: ToRollouts): Promise<void> {
  engine ??= await openEngine('auto');
  const policy = await loadPolicy(checkpoint, engine);
  try {
    let broken: { error: unknown } | null = null;
    const pilot = new PolicyPilot({
      spec: policy.spec,
      act: (history) => policy.act(history),
      onFault: (error) => {
        broken ??= { error };
      },
    });
    const onTrial = (): void => {
      if (broken) throw broken.error;
    };
    const results = await evaluatePolicy({ task, pilot, trials, seed, onTrial });
    say({ type: 'rolled', successes: results.filter((result) => result.success).length, trials: results.length });
  } finally {
    policy.dispose();
  }
}

port.onMessage((data) => {
  try {
    const request = parseMessage(toRolloutsSchema, data, 'app');
    roll(request).catch((error: unknown) => say({ type: 'failed', fault: toFault(error) }));
  } catch (error) {
    say({ type: 'failed', fault: toFault(error) });
  }
});
