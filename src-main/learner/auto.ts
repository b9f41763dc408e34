import type { Dataset } from '../core/episode';
import type { PolicyKind, TrainOptions } from '../core/learning';
import type { SomeSettings } from '../core/train-settings';

/** What `auto` decides; what it leaves out comes from the method. */
export interface AutoPlan {
  readonly kind: PolicyKind;
  readonly settings: SomeSettings;
  readonly config: Readonly<Record<string, unknown>>;
  readonly cameras: readonly string[];
  readonly reasons: readonly string[];
}

/** Looks at the demonstrations and chooses policy and settings. */
export async function autoPlan(dataset: Dataset, options: TrainOptions): Promise<AutoPlan> {
  const cameras = options.cameras ?? dataset.spec.cameras.map((c) => c.name);
  const state = dataset.spec.environment.length > 0 && options.cameras === undefined;
  if (cameras.length === 0 || state) {
    const reason = state
      ? 'The recording holds the task state, which teaches faster than pictures do: a state policy (MLP).'
      : 'There are no pictures: a state policy (MLP).';
    return { kind: 'mlp', settings: {}, config: {}, cameras: [], reasons: [reason] };
  }
  const reason = 'The recording has pictures and no task state: a camera policy (CNN).';
  return { kind: 'cnn', settings: {}, config: {}, cameras, reasons: [reason] };
}
