import { join } from 'node:path';
import { policySpecSchema } from '../../../src-main/core/learner-messages';
import { type PolicyKind, trainOptionsSchema } from '../../../src-main/core/learning';
import type { PolicySpec } from '../../../src-main/core/policy';
import { Random } from '../../../src-main/core/random';
import type { Observation } from '../../../src-main/core/types';
import type { Engine } from '../../../src-main/learner/engine';
import { savePolicy } from '../../../src-main/learner/onnx/save-policy';
import { initialParameters } from '../../../src-main/learner/parameters';
import { METHODS } from '../../../src-main/learner/policies';
import { POLICY_FORMAT, POLICY_VERSION } from '../../../src-main/learner/policy-file';

/** Checkpoints of every kind of policy with random weights: what they compute matters, not whether it is any good. */

export interface Variant {
  readonly kind: PolicyKind;
  readonly cameras?: number;
  readonly tasks?: readonly string[];
  readonly history?: number;
  readonly config?: Record<string, unknown>;
}

/** Every kind of policy, from state and where it can from pictures; histories and tasks among them. */
export const VARIANTS: readonly (Variant & { readonly name: string })[] = [
  { name: 'mlp', kind: 'mlp' },
  { name: 'mlp-history-tasks', kind: 'mlp', history: 3, tasks: ['left', 'right'] },
  { name: 'cnn', kind: 'cnn', cameras: 2 },
  { name: 'lstm', kind: 'lstm' },
  { name: 'gru', kind: 'gru' },
  { name: 'gmm', kind: 'gmm' },
  { name: 'act', kind: 'act' },
  { name: 'act-camera', kind: 'act', cameras: 1 },
  { name: 'diffusion', kind: 'diffusion' },
  { name: 'knn', kind: 'knn' },
];

const JOINTS = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper'];
const UNITS = ['rad', 'rad', 'rad', 'rad', 'rad', 'ratio'] as const;
const ENVIRONMENT = ['cube.x', 'cube.y', 'cube.z'];
const MEMORY = 64;

/** Writes a checkpoint folder; resolves to its spec. Throws what kept `policy.onnx` from being written. */
export async function makeCheckpoint(
  engine: Engine,
  root: string,
  name: string,
  variant: Variant,
): Promise<PolicySpec> {
  const method = METHODS[variant.kind];
  const { settings } = method;
  const seeing = (variant.cameras ?? 0) > 0 && method.pictures !== null;
  const environment = seeing ? [] : ENVIRONMENT;
  const cameras = ['front', 'wrist'].slice(0, variant.cameras ?? 0).map((camera) => ({
    name: camera,
    width: method.pictures?.width ?? 96,
    height: method.pictures?.height ?? 96,
  }));
  const tasks = [...(variant.tasks ?? [])];
  const { chunk } = settings;
  const history = variant.history ?? settings.history;
  const features = JOINTS.length + environment.length + tasks.length;
  const shape = { history, features, chunk, actions: JOINTS.length, hints: 0, cameras, memory: MEMORY };
  const config = variant.config ?? {};
  const network = method.network(shape, config);
  const random = new Random(5);
  const numbers = (n: number, low: number, high: number): number[] =>
    Array.from({ length: n }, () => random.between(low, high));
  const spec = policySpecSchema.parse({
    kind: variant.kind,
    robot: 'so101-sim',
    task: tasks[0] ?? 'do it',
    tasks,
    observation: { joints: JOINTS, environment, cameras },
    action: JOINTS,
    history,
    chunk,
    execute: settings.execute,
    rate: 30,
  });
  const folder = join(root, name);
  const notice = await savePolicy(
    engine,
    folder,
    {
      format: POLICY_FORMAT,
      version: POLICY_VERSION,
      name,
      created: '2026-01-01T00:00:00.000Z',
      spec,
      normaliser: {
        inputs: { mean: numbers(features, -0.5, 0.5), std: numbers(features, 0.2, 1) },
        targets: { mean: numbers(chunk * 6, -0.2, 0.2), std: numbers(chunk * 6, 0.1, 0.4) },
      },
      relativeTo: [0, 1, 2, 3, 4, null],
      units: { state: [...UNITS], action: [...UNITS] },
      config,
      hints: 0,
      memory: MEMORY,
      training: {
        options: trainOptionsSchema.parse({ dataset: '/fake', out: folder, name, policy: variant.kind }),
        settings,
        reasons: [],
        engine: 'none',
        steps: 0,
        epochs: 0,
        seconds: 0,
        bestEpoch: 0,
        heldOutLoss: 1,
        cancelled: false,
      },
      dataset: { folder: '/fake', episodes: { train: [0], heldOut: [] } },
      curve: [],
    },
    network,
    initialParameters(network.parameters, random.fork(2)),
  );
  if (notice) throw new Error(notice);
  return spec;
}

/** What such a policy might see, one observation for each step it looks back on. */
export function observations(spec: PolicySpec, seed: number): Observation[] {
  const random = new Random(seed);
  return Array.from({ length: spec.history }, (_, h) => ({
    t: h / spec.rate,
    ...(spec.tasks.length > 0 && { task: spec.tasks[seed % spec.tasks.length] }),
    joints: spec.observation.joints.map(() => random.between(-1, 1)),
    environment: spec.observation.environment.map(() => random.between(-0.5, 0.5)),
    images: Object.fromEntries(
      spec.observation.cameras.map(({ name, width, height }) => {
        const data = Uint8Array.from({ length: width * height * 3 }, () => random.below(256));
        return [name, { width, height, data, t: h / spec.rate }];
      }),
    ),
  }));
}
