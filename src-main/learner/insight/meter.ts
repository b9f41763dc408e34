import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFault } from '../../core/fault';
import type { Observation } from '../../core/types';
import { readPolicyFile } from '../checkpoint';
import { gainOf } from '../normaliser';
import { corrupt, type PolicyFile, REFERENCE_FILE, sha256, weightsFromBytes } from '../policy-file';
import { type Reference, strangeness } from './reference';

/** How new an observation is to a policy: 0 = it was demonstrated, up to 1 = as far from it as unseen demonstrations are. */
export type Meter = (seen: Observation) => number;

/** The rows kept with a checkpoint; null for one that has none. Throws `corrupt` when they are not what was saved. */
export async function readReference(folder: string, { reference }: PolicyFile): Promise<Reference | null> {
  if (!reference) return null;
  const bytes = await readFile(join(folder, REFERENCE_FILE)).catch((error: unknown) => {
    throw corrupt(folder, `${REFERENCE_FILE} cannot be read`, error);
  });
  if (sha256(bytes) !== reference.sha256) throw corrupt(folder, `${REFERENCE_FILE} was changed after it was saved`);
  const { width, median, p95 } = reference;
  return { width, rows: weightsFromBytes(bytes), typical: { median, p95 } };
}

/** Null for a policy that does not know its demonstrations: an older one, or one made elsewhere. */
export async function openMeter(folder: string): Promise<Meter | null> {
  const file = await readPolicyFile(folder).catch((error: unknown) => {
    if (isFault(error) && error.kind === 'not-found') return null;
    throw error;
  });
  const reference = file && (await readReference(folder, file));
  return reference && meterOf(reference, file);
}

/** One pass over at most 512 rows: some microseconds. Values that were constant in the demonstrations do not count. */
export function meterOf(reference: Reference, { normaliser, spec }: Pick<PolicyFile, 'normaliser' | 'spec'>): Meter {
  const { mean, std } = normaliser.inputs;
  const point = new Float32Array(reference.width);
  const joints = spec.observation.joints.length;
  return ({ joints: measured, environment }) => {
    for (let i = 0; i < point.length; i++) {
      const value = (i < joints ? measured[i] : environment[i - joints]) ?? Number.NaN;
      point[i] = (value - (mean[i] ?? 0)) * gainOf(std[i] ?? 0);
    }
    return strangeness(reference, point);
  };
}
