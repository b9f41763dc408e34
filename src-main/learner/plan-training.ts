import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import type { PolicyKind, TrainOptions } from '../core/learning';
import type { TrainSettings } from '../core/train-settings';
import type { CameraSpec } from '../core/types';
import { autoPlan } from './auto';
import { METHODS } from './policies';
import type { Method } from './policies/method';

/** Everything decided before the first step. */
export interface Plan {
  readonly kind: PolicyKind;
  readonly settings: TrainSettings;
  readonly config: Readonly<Record<string, unknown>>;
  readonly cameras: readonly CameraSpec[];
  /** Share of episodes held out; absent: as asked for. */
  readonly heldOut?: number;
  /** Why, in plain sentences; empty when a person chose. */
  readonly reasons: readonly string[];
}

/** What a person set by hand counts; the rest comes from `auto` (which looks at the data) or from the method. */
export async function choosePlan(options: TrainOptions, dataset: Dataset): Promise<Plan> {
  const chosen = options.policy === 'auto' ? await autoPlan(dataset, options) : null;
  const kind = chosen?.kind ?? (options.policy as PolicyKind);
  const method = METHODS[kind];
  const cameras = chooseCameras(chosen?.cameras ?? options.cameras, dataset, method);
  const settings = {
    ...method.settings,
    // What a camera sees is not told beside it, unless somebody wants that.
    ...(cameras.length > 0 && { environment: false }),
    ...chosen?.settings,
    ...options.settings,
  };
  return {
    kind,
    settings: { ...settings, execute: Math.min(settings.execute, settings.chunk) },
    config: parseConfig(method, { ...chosen?.config, ...options.config }),
    cameras,
    reasons: chosen?.reasons ?? [],
    ...(chosen?.heldOut !== undefined && { heldOut: chosen.heldOut }),
  };
}

function chooseCameras(wanted: readonly string[] | undefined, dataset: Dataset, method: Method): CameraSpec[] {
  const { pictures, needsCamera, title } = method;
  const all = dataset.spec.cameras.map((c) => c.name);
  const names = wanted && (wanted.length > 0 || !needsCamera) ? wanted : needsCamera ? all : [];
  if (!pictures) return [];
  if (needsCamera && names.length === 0) {
    throw fault(
      'no-camera',
      `The demonstrations have no camera pictures, and "${title}" learns from pictures`,
      'Record with a camera, or train a policy on state (mlp).',
    );
  }
  return [...new Set(names)].map((name) => ({ name, ...pictures }));
}

function parseConfig(method: Method, config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const parsed = method.config.safeParse(config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fault(
      'bad-input',
      `The setting "${issue?.path.join('.')}" of ${method.title} is not valid: ${issue?.message}`,
      'Correct it, or leave it out to use the default.',
    );
  }
  const known = Object.keys(parsed.data);
  const unknown = Object.keys(config).filter((name) => !known.includes(name));
  if (unknown.length === 0) return parsed.data;
  throw fault(
    'bad-input',
    `${method.title} has no setting "${unknown.join('", "')}"`,
    `It has: ${known.join(', ')}. All trainings have: ${Object.keys(method.settings).join(', ')}.`,
  );
}
