import type { Dataset, DatasetSpec, Episode, EpisodeInfo } from '../core/episode';
import { fault } from '../core/fault';
import { Random } from '../core/random';
import type { CameraSpec } from '../core/types';

/** Which demonstrations are learnt from, which of them are held out, and whether they can be learnt from at all. */

export interface Split {
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
}

/** Names of the action channels: the joints, unless the dataset says otherwise. */
export const actionNames = (spec: DatasetSpec): string[] => (spec.action ?? spec.joints).map((channel) => channel.name);

/** What the numbers of a policy are measured in: `raw` where another program recorded them. */
export const unitsOf = (spec: DatasetSpec) => ({
  state: spec.joints.map((channel) => channel.unit),
  action: (spec.action ?? spec.joints).map((channel) => channel.unit),
});

export function chooseEpisodes(dataset: Dataset, skipFailures: boolean, tags: readonly string[] = []): EpisodeInfo[] {
  const whole = dataset.list().filter((e) => e.length > 0);
  const all = whole.filter((e) => tags.length === 0 || e.tags.some((tag) => tags.includes(tag)));
  if (whole.length > 0 && all.length === 0) {
    throw fault(
      'bad-input',
      `No demonstration has the tag ${tags.map((tag) => `"${tag}"`).join(' or ')}`,
      'Choose another tag, or train on all demonstrations.',
    );
  }
  const chosen = all.filter((e) => !skipFailures || e.success !== false);
  if (chosen.length > 0) return [...chosen];
  throw all.length === 0
    ? fault(
        'bad-input',
        'There are no demonstrations to learn from',
        'Record a few demonstrations first; 20 to 50 are a good start.',
      )
    : fault(
        'bad-input',
        `All ${all.length} demonstrations are labelled as failures`,
        'Record successful ones, or train with failures included.',
      );
}

export function checkCameras(dataset: Dataset, cameras: readonly CameraSpec[]): void {
  const have = dataset.spec.cameras.map((c) => c.name);
  for (const { name } of cameras) {
    if (have.includes(name)) continue;
    const offer =
      have.length > 0 ? `Choose among: ${have.join(', ')}.` : 'Record with a camera, or train a policy on state (mlp).';
    throw fault('incompatible', `The dataset has no camera "${name}"`, offer);
  }
}

/** Sample of episodes that training never sees: at least one of two or more, none of a single one. */
export function splitEpisodes(indices: readonly number[], share: number, seed: number): Split {
  const wanted = Math.max(share > 0 ? 1 : 0, Math.round(indices.length * share));
  const count = indices.length < 2 ? 0 : Math.min(wanted, indices.length - 1);
  const held = new Random(seed).fork(1).shuffle(indices).slice(0, count);
  return { train: indices.filter((i) => !held.includes(i)), heldOut: held.sort((a, b) => a - b) };
}

export function checkEpisode(episode: Episode, info: EpisodeInfo, spec: DatasetSpec): void {
  if (episode.rows.length !== info.length) {
    throw fault(
      'corrupt',
      `Episode ${info.index} has ${episode.rows.length} rows instead of ${info.length}`,
      'Run `understudy dataset repair`.',
    );
  }
  const jointNames = spec.joints.map((j) => j.name);
  const actions = actionNames(spec);
  for (const [n, row] of episode.rows.entries()) {
    checkValues(row.state, jointNames, 'state', info.index, n);
    checkValues(row.action, actions, 'action', info.index, n);
    checkValues(row.environment, spec.environment, 'environment', info.index, n);
  }
}

function checkValues(
  values: readonly number[],
  names: readonly string[],
  what: string,
  episode: number,
  row: number,
): void {
  const bad = values.length === names.length ? values.findIndex((v) => !Number.isFinite(v)) : -1;
  if (values.length === names.length && bad < 0) return;
  const problem =
    bad < 0 ? `has ${values.length} values instead of ${names.length}` : `of ${names[bad] ?? bad} is not a number`;
  throw fault(
    'corrupt',
    `Episode ${episode}, row ${row}: the ${what} ${problem}`,
    `Remove episode ${episode} from the dataset; the others can still be trained on.`,
  );
}
