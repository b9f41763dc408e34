import { basename, join } from 'node:path';
import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import { POLICY_KINDS, type TrainOptions, trainOptionsSchema } from '../core/learning';
import type { TaskId } from '../core/task';
import type { TrainChoice } from '../core/training-run';
import { readPolicyFile } from '../learner/checkpoint';
import { METHODS } from '../learner/policies';
import { simulatedTask } from './simulated-task';

export interface Wanted {
  readonly options: TrainOptions;
  readonly rollOn: TaskId | null;
}

/** Shorter trainings are not tried in the simulator unless somebody asks for it: the tries would take too much of them. */
const WORTH_ROLLOUTS = 60;

/** What a person chose, as the trainer wants it. Throws a fault that says what cannot be. */
export async function trainingOptions(
  dataset: Dataset,
  choice: TrainChoice,
  policies: string,
  id: string,
): Promise<Wanted> {
  const episodes = dataset.list().length;
  if (episodes === 0) {
    throw fault(
      'not-found',
      'There is nothing to learn from yet',
      'Record a few demonstrations on the Drive screen first.',
    );
  }
  const before = choice.start ? await continued(join(policies, basename(choice.start))) : null;
  const policy = before?.policy ?? choice.policy;
  const cameras = before?.cameras ?? choice.cameras;
  assertCameras(dataset, policy, cameras);
  const options = trainOptionsSchema.parse({
    dataset: dataset.folder,
    out: join(policies, id),
    name: choice.name ?? nameOf(policy, episodes),
    policy,
    cameras,
    seed: choice.seed,
    heldOut: choice.heldOut,
    seconds: choice.seconds,
    skipFailures: !choice.failures,
    tags: choice.tags,
    settings: { ...before?.settings, ...choice.settings },
    config: { ...before?.config, ...choice.config },
    start: before?.folder,
    compile: choice.compile,
  });
  const task = simulatedTask(dataset);
  if (choice.rollouts && !task) {
    throw fault(
      'incompatible',
      'These demonstrations are of no task that the simulator knows',
      'Train without tries in the simulator.',
    );
  }
  const worthwhile = choice.rollouts ?? options.seconds >= WORTH_ROLLOUTS;
  // Pictures are drawn by the page: the simulator alone has none.
  const blind = !cameras || cameras.length === 0;
  return { options, rollOn: worthwhile && blind ? task : null };
}

/** What must stay as it was, for the weights to fit. */
async function continued(folder: string) {
  const { spec, training, config } = await readPolicyFile(folder);
  const policy = POLICY_KINDS.find((kind) => kind === spec.kind);
  if (!policy) throw fault('incompatible', 'This policy was not trained here', 'Continue from one that was.');
  return { folder, policy, cameras: spec.observation.cameras.map((c) => c.name), settings: training.settings, config };
}

function assertCameras(dataset: Dataset, policy: TrainOptions['policy'], cameras: readonly string[] | undefined): void {
  const known = dataset.spec.cameras.map((camera) => camera.name);
  const missing = cameras?.filter((camera) => !known.includes(camera)) ?? [];
  const blind = policy !== 'auto' && METHODS[policy].needsCamera && (known.length === 0 || cameras?.length === 0);
  if (missing.length === 0 && !blind) return;
  throw fault(
    'no-camera',
    missing.length > 0 ? `This dataset has no camera ${missing.join(', ')}` : 'This policy needs at least one camera',
    known.length > 0 ? `It has: ${known.join(', ')}.` : 'Record with a camera, or train the state policy.',
  );
}

const nameOf = (policy: TrainOptions['policy'], episodes: number): string =>
  `${policy === 'auto' ? 'automatic' : policy} on ${episodes} ${episodes === 1 ? 'episode' : 'episodes'}`;
