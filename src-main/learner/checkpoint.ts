import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Fault, fault, toFault } from '../core/fault';
import { type CheckpointInfo, POLICY_KINDS } from '../core/learning';
import type { Policy } from '../core/policy';
import type { Engine } from './engine';
import type { Reference } from './insight/reference';
import { NetworkPolicy } from './network-policy';
import { describeForeign, hasForeignSpec } from './onnx/foreign-folder';
import { FOREIGN_FILE } from './onnx/foreign-spec';
import { totalSize } from './parameters';
import { METHODS } from './policies';
import type { Network } from './policies/method';
import {
  corrupt,
  ONNX_FILE,
  POLICY_FILE,
  type PolicyFile,
  parsePolicyFile,
  REFERENCE_FILE,
  sha256,
  WEIGHTS_FILE,
  weightsFromBytes,
  weightsToBytes,
} from './policy-file';
import type { PolicyParts } from './policy-graph';

/**
 * Saves a policy as a folder: its description, its weights and, where there are such, its ONNX file and reference rows.
 * It appears whole or not at all: it is written beside its final place and renamed. An older checkpoint of that name is
 * replaced only once the new one is complete.
 */
export async function saveCheckpoint(
  folder: string,
  file: Omit<PolicyFile, 'weights' | 'onnx'>,
  weights: Float32Array,
  onnx: Uint8Array | null = null,
  reference: Reference | null = null,
): Promise<void> {
  const bytes = weightsToBytes(weights);
  const rows = reference && weightsToBytes(reference.rows);
  const complete: PolicyFile = {
    ...file,
    weights: { count: weights.length, sha256: sha256(bytes) },
    ...(onnx && { onnx: { sha256: sha256(onnx) } }),
    reference: reference && rows ? { width: reference.width, ...reference.typical, sha256: sha256(rows) } : undefined,
  };
  await mkdir(dirname(folder), { recursive: true });
  const fresh = `${folder}.new-${process.pid}`;
  const old = `${folder}.old-${process.pid}`;
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    await writeSynced(join(fresh, WEIGHTS_FILE), bytes);
    if (onnx) await writeSynced(join(fresh, ONNX_FILE), onnx);
    if (rows) await writeSynced(join(fresh, REFERENCE_FILE), rows);
    await writeSynced(join(fresh, POLICY_FILE), new TextEncoder().encode(`${JSON.stringify(complete, null, 1)}\n`));
    const replaced = await moveAside(folder, old);
    try {
      await rename(fresh, folder);
    } catch (error) {
      if (replaced) await rename(old, folder);
      throw error;
    }
    if (replaced) await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    const { kind, message, tip } = toFault(error);
    throw fault(kind, `The policy could not be saved in ${folder}: ${message}`, tip, error);
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Renames what stands at `folder`, when anything does. Only a checkpoint or an empty folder may be replaced. */
async function moveAside(folder: string, to: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => null);
  if (!names) return false;
  if (names.length > 0 && !names.includes(POLICY_FILE)) {
    throw fault('bad-input', 'the folder holds something else', 'Choose a folder that is new or empty.');
  }
  await rename(folder, to);
  return true;
}

/** Reads a checkpoint and makes it ready to act. Throws `not-found`, `corrupt` or `incompatible`. */
export async function loadPolicy(folder: string, engine: Engine): Promise<Policy> {
  const { parts, weights } = await readCheckpoint(folder);
  return new NetworkPolicy(engine, parts, weights);
}

export interface Checkpoint {
  readonly file: PolicyFile;
  readonly parts: PolicyParts;
  readonly weights: Float32Array;
}

/** A checkpoint as data, its weights checked against its network. Throws `not-found`, `corrupt` or `incompatible`. */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const file = await readPolicyFile(folder);
  const network = networkOf(file, folder);
  const bytes = await readFile(join(folder, WEIGHTS_FILE)).catch((error: unknown) => {
    throw corrupt(folder, `${WEIGHTS_FILE} cannot be read`, error);
  });
  if (bytes.length !== file.weights.count * 4) {
    throw corrupt(folder, `${WEIGHTS_FILE} has ${bytes.length} bytes instead of ${file.weights.count * 4}`);
  }
  if (sha256(bytes) !== file.weights.sha256) throw corrupt(folder, `${WEIGHTS_FILE} was changed after it was saved`);
  if (totalSize(network.parameters) !== file.weights.count) {
    throw fault(
      'incompatible',
      `The policy in ${folder} was trained with another network (${file.weights.count} weights instead of ${totalSize(network.parameters)})`,
      'Train the policy again with this version of Understudy.',
    );
  }
  const { spec, normaliser, relativeTo } = file;
  return { file, parts: { spec, network, normaliser, relativeTo }, weights: weightsFromBytes(bytes) };
}

function networkOf({ spec, hints, memory, config }: PolicyFile, folder: string): Network {
  const kind = POLICY_KINDS.find((known) => known === spec.kind);
  if (!kind) throw corrupt(folder, `nobody here knows policies of the kind "${spec.kind}"`);
  const { joints, environment, cameras } = spec.observation;
  const features = joints.length + environment.length + spec.tasks.length;
  const shape = { history: spec.history, features, chunk: spec.chunk, actions: spec.action.length };
  try {
    return METHODS[kind].network({ ...shape, hints, cameras, memory }, config);
  } catch (error) {
    throw corrupt(folder, `its settings do not make a network: ${toFault(error).message}`, error);
  }
}

export async function readPolicyFile(folder: string): Promise<PolicyFile> {
  let text: string;
  try {
    text = await readFile(join(folder, POLICY_FILE), 'utf8');
  } catch (error) {
    throw fault(
      'not-found',
      `There is no policy in ${folder}`,
      'Choose a folder that holds a policy.json, or train a policy.',
      error,
    );
  }
  return parsePolicyFile(text, folder);
}

export interface CheckpointScan {
  /** Newest first. */
  readonly checkpoints: readonly CheckpointInfo[];
  readonly broken: readonly { readonly folder: string; readonly fault: Fault }[];
}

/** Looks at every folder in `root`; damaged checkpoints are listed apart. A missing `root` is an empty list. */
export async function scanCheckpoints(root: string): Promise<CheckpointScan> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const checkpoints: CheckpointInfo[] = [];
  const broken: { folder: string; fault: Fault }[] = [];
  for (const entry of entries) {
    const folder = join(root, entry.name);
    if (!entry.isDirectory() || /\.(new|old)-\d+$/.test(entry.name)) continue;
    try {
      checkpoints.push(await describeCheckpoint(folder));
    } catch (error) {
      const found = toFault(error);
      if (found.kind !== 'not-found') broken.push({ folder, fault: found });
    }
  }
  checkpoints.sort((a, b) => b.created.localeCompare(a.created));
  return { checkpoints, broken };
}

export const listCheckpoints = async (root: string): Promise<readonly CheckpointInfo[]> =>
  (await scanCheckpoints(root)).checkpoints;

async function describeCheckpoint(folder: string): Promise<CheckpointInfo> {
  if (await hasForeignSpec(folder)) return describeForeign(folder);
  const file = await readPolicyFile(folder);
  const weights = await stat(join(folder, WEIGHTS_FILE)).catch(() => null);
  if (weights?.size !== file.weights.count * 4) throw corrupt(folder, `${WEIGHTS_FILE} is missing or cut short`);
  return {
    id: basename(folder),
    folder,
    name: file.name,
    created: file.created,
    spec: file.spec,
    heldOutLoss: file.training.heldOutLoss,
    trainedOn: {
      dataset: file.dataset.folder,
      episodes: file.dataset.episodes.train.length + file.dataset.episodes.heldOut.length,
    },
    curve: file.curve,
  };
}

/** Deletes a policy and nothing else: the folder must hold a `policy.json` or a `policy-spec.json`, readable or not. */
export async function removeCheckpoint(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [] as string[]);
  if (!names.includes(POLICY_FILE) && !names.includes(FOREIGN_FILE))
    throw fault('not-found', `There is no policy in ${folder}`, 'It may have been deleted already.');
  await rm(folder, { recursive: true, force: true });
}
