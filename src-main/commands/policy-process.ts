import { join } from 'node:path';
import { PilotClient, TrainerClient } from '../learner/client';
import { spawnChild } from '../learner/launch';
import { PolicyPilot } from '../learner/policy-pilot';

/** The CLI's background processes: plain Node children of the files that the desktop app runs as utility processes. */
export const openTrainer = (): TrainerClient => new TrainerClient(spawnChild(join(__dirname, 'trainer.js')));

export const openPolicyClient = (): PilotClient => new PilotClient(spawnChild(join(__dirname, 'pilot-host.js')));

/** A policy in a process of its own; a fault of it (a dead process, a bad answer) goes to `failed`. */
export async function openPolicy(
  checkpoint: string,
  failed: (error: unknown) => void,
): Promise<{ pilot: PolicyPilot; close: () => void }> {
  const client = openPolicyClient();
  try {
    const { spec, act } = await client.load(checkpoint);
    return { pilot: new PolicyPilot({ spec, act, onFault: failed }), close: () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  }
}
