import type { Params } from '../../../src-main/core/contract';
import type { EpisodeInfo } from '../../../src-main/core/episode';
import type { CheckpointInfo, PolicyChoice } from '../../../src-main/core/learning';
import type { DatasetState } from '../../../src-main/core/state';
import { someSettingsSchema } from '../../../src-main/core/train-settings';
import type { MethodInfo, SettingField } from '../../../src-main/core/training-run';

export type SettingValue = NonNullable<SettingField['value']>;
export type Changed = Readonly<Record<string, SettingValue>>;

/** What a person has chosen on the Train screen so far. */
export interface Wish {
  readonly policy: PolicyChoice;
  readonly seconds: number;
  readonly name: string;
  /** `auto`: whoever trains decides. */
  readonly sees: 'auto' | 'state' | 'cameras';
  /** Recorded cameras that it shall not look at. */
  readonly without: readonly string[];
  /** Only demonstrations with this tag; null: all. */
  readonly tag: string | null;
  readonly failures: boolean;
  /** The policy to continue from. */
  readonly start: string | null;
  /** Settings changed by hand: of every training, and the network's own. */
  readonly settings: Changed;
  readonly config: Changed;
  readonly seed: number;
  readonly heldOut: number;
  readonly compile: boolean;
  /** Null: where it costs little. */
  readonly rollouts: boolean | null;
}

export const FIRST_WISH: Wish = {
  policy: 'auto',
  seconds: 60,
  name: '',
  sees: 'auto',
  without: [],
  tag: null,
  failures: false,
  start: null,
  settings: {},
  config: {},
  seed: 0,
  heldOut: 0.15,
  compile: true,
  rollouts: null,
};

/** Which question about cameras makes sense: whether, which, or none. */
export function cameraQuestion(wish: Wish, method: MethodInfo | null, recorded: number): 'whether' | 'which' | 'none' {
  if (wish.start !== null || recorded === 0) return 'none';
  if (method?.needsCamera) return 'which';
  return method === null || method.sees ? 'whether' : 'none';
}

function camerasOf(wish: Wish, method: MethodInfo | null, recorded: readonly string[]): string[] | undefined {
  const question = cameraQuestion(wish, method, recorded.length);
  if (question === 'none' || (question === 'whether' && wish.sees === 'auto')) return undefined;
  if (question === 'whether' && wish.sees === 'state') return [];
  return recorded.filter((camera) => !wish.without.includes(camera));
}

/** The call that begins it. What was not changed is left out, so that whoever trains decides. */
export function choiceOf(wish: Wish, method: MethodInfo | null, recorded: readonly string[]): Params<'train.start'> {
  const cameras = camerasOf(wish, method, recorded);
  const settings = someSettingsSchema.parse(wish.settings);
  return {
    policy: wish.policy,
    seconds: wish.seconds,
    ...(wish.name.trim() && { name: wish.name.trim() }),
    ...(cameras && { cameras }),
    ...(wish.tag !== null && { tags: [wish.tag] }),
    ...(wish.failures && { failures: true }),
    ...(wish.start !== null && { start: wish.start }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(Object.keys(wish.config).length > 0 && wish.start === null && { config: { ...wish.config } }),
    ...(wish.seed !== FIRST_WISH.seed && { seed: wish.seed }),
    ...(wish.heldOut !== FIRST_WISH.heldOut && { heldOut: wish.heldOut }),
    ...(!wish.compile && { compile: false }),
    ...(wish.rollouts !== null && { rollouts: wish.rollouts }),
  };
}

/** The demonstrations that this wish would learn from. */
export const learntFrom = (wish: Pick<Wish, 'tag' | 'failures'>, episodes: readonly EpisodeInfo[]): number =>
  episodes.filter(
    ({ length, success, tags }) =>
      length > 0 && (wish.failures || success !== false) && (wish.tag === null || tags.includes(wish.tag)),
  ).length;

/** Why it cannot begin now, in a sentence; null when it can. */
export function problemOf(
  wish: Wish,
  method: MethodInfo | null,
  dataset: DatasetState | null,
  demonstrations: number,
): string | null {
  if (!dataset || dataset.episodes === 0) return 'Record demonstrations first.';
  if (demonstrations === 0) return 'No demonstration is left: choose others above.';
  if (demonstrations < 2) return 'Two demonstrations are the least: one to learn from, one to check with.';
  if (method?.needsCamera && dataset.cameras.length === 0) return 'This policy needs pictures; these have none.';
  const cameras = camerasOf(wish, method, dataset.cameras);
  const none = cameras !== undefined && cameras.length === 0;
  if (none && (method?.needsCamera || wish.sees === 'cameras')) return 'Choose at least one recorded camera.';
  return someSettingsSchema.safeParse(wish.settings).success ? null : 'A setting is out of its range.';
}

/** The newest policy of this dataset that has not seen all of it, with how many demonstrations came since. */
export function grownSince(
  checkpoints: readonly CheckpointInfo[],
  dataset: DatasetState | null,
  episodes: readonly EpisodeInfo[],
): { readonly policy: CheckpointInfo; readonly more: number } | null {
  const policy = checkpoints.find((c) => c.trainedOn.dataset === dataset?.folder && c.spec.kind !== 'onnx');
  if (!policy) return null;
  const more = learntFrom({ tag: null, failures: false }, episodes) - policy.trainedOn.episodes;
  return more > 0 ? { policy, more } : null;
}
