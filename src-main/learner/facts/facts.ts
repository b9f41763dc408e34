import type { Dataset, DatasetSpec } from '../../core/episode';
import { inMemory } from '../pictures';
import type { Difference } from '../policies/differences';
import { difference } from '../policies/differences';
import { buildSamples, type SampleOptions, type Samples } from '../samples';
import { type Coupling, findCouplings } from './couplings';
import { type Drive, findDrives } from './drives';
import { episodesOf } from './rows';
import { deviation, findThings } from './things';

/** What the demonstrations say about themselves. Pictures are not looked at. */
export interface Facts {
  readonly episodes: number;
  readonly rows: number;
  readonly fps: number;
  /** Names of the features: proprioception, task state. */
  readonly names: readonly string[];
  /** Of the F features, how many come from `observation.state`. */
  readonly joints: number;
  /** One per action channel. */
  readonly drives: readonly Drive[];
  /** Features that tell where things are. */
  readonly things: readonly number[];
  readonly couplings: readonly Coupling[];
  /** The robot's own values are angles and its actions goals for them: other values are places, in another space. */
  readonly jointSpace: boolean;
  /** The couplings as network features, normalised by the rows that are trained on. */
  readonly differences: readonly Difference[];
}

const withoutPictures = inMemory(async () => {
  throw new Error('facts look at no pictures');
});

/** @param options those of the training that is planned */
export async function gatherFacts(
  dataset: Dataset,
  options: Pick<SampleOptions, 'seed' | 'heldOut' | 'skipFailures' | 'tags'>,
): Promise<Facts> {
  const plain = { chunk: 1, history: 1, actions: 'absolute', environment: true, hints: false, cameras: [] } as const;
  const samples = await buildSamples(dataset, { ...options, ...plain }, withoutPictures);
  const observed = samples.joints + samples.environment;
  const drives = findDrives(samples, samples.joints);
  const couplings = findCouplings(samples, observed);
  return {
    episodes: episodesOf(samples).length,
    rows: samples.rows,
    fps: dataset.spec.fps,
    names: [...dataset.spec.joints.map((joint) => joint.name), ...dataset.spec.environment],
    joints: samples.joints,
    drives,
    things: findThings(samples, drives, observed),
    couplings,
    jointSpace: mostlyAngles(dataset.spec),
    differences: couplings.flatMap((coupling) => asDifference(coupling, samples)),
  };
}

/** None where a value counts as constant to the network. */
function asDifference({ a, b, rest }: Coupling, { inputs, features, train, inputScale }: Samples): Difference[] {
  const values = Array.from(
    train,
    (row) => (inputs[row * features + a] as number) - (inputs[row * features + b] as number),
  );
  const std = deviation(values);
  if (!(std > 0) || !inputScale.std[a] || !inputScale.std[b]) return [];
  const mean = values.reduce((x, y) => x + y, 0) / values.length;
  return [difference(a, b, inputScale, { mean, std, rest })];
}

/** Recordings of ours say their units; those of others do not, and then the data decide alone. */
const mostlyAngles = ({ joints }: DatasetSpec): boolean =>
  joints.filter(({ unit }) => unit === 'rad').length > joints.length / 2;
