import type { Dataset } from '../core/episode';
import { HELD_OUT, type PolicyKind, type TrainOptions } from '../core/learning';
import type { SomeSettings } from '../core/train-settings';
import { chooseEpisodes } from './episodes';
import { type Facts, gatherFacts } from './facts/facts';

/** What `auto` decides; what it leaves out comes from the method. */
export interface AutoPlan {
  readonly kind: PolicyKind;
  readonly settings: SomeSettings;
  readonly config: Readonly<Record<string, unknown>>;
  readonly cameras: readonly string[];
  /** Share of episodes held out; absent: as asked for. */
  readonly heldOut?: number;
  /** Why, in plain sentences. */
  readonly reasons: readonly string[];
}

/** From so many demonstrations and seconds on a transformer on pictures pays (Zhao et al. 2023 used 50; on a processor it is slow). */
const ACT_EPISODES = 100;
const ACT_SECONDS = 600;

/** Of fewer demonstrations none can be spared for measuring; a trial on the robot measures better. */
const SPARE_EPISODES = 40;

/** What did best on table-top tasks from 10 and 25 demonstrations; see docs/learning-few.md. */
const FEW = {
  batch: 128,
  actions: 'absolute',
  averageSteps: 100,
  jointNoise: 0.2,
  environmentNoise: 0.01,
  shiftTogether: 1,
  recovery: 3,
} as const;
const SMALL = { hidden: [96, 96, 96], members: 6, activation: 'silu' } as const;

/**
 * Where the robot is told by its joints and things by where they lie, no difference between the two means anything:
 * joints are moved relative to where they are, and blurred so that things count (measured in docs/learning-few.md).
 */
const JOINTS = {
  batch: 256,
  actions: 'delta',
  jointNoise: 0.3,
  environmentNoise: 0.02,
} as const;
const JOINTS_NETWORK = { hidden: [192, 192, 192], members: 3, activation: 'relu' } as const;

/** Looks at the demonstrations and chooses policy and settings. Throws the faults of reading them. */
export async function autoPlan(dataset: Dataset, options: TrainOptions): Promise<AutoPlan> {
  const cameras = options.cameras ?? dataset.spec.cameras.map((c) => c.name);
  // Who asks for a share gets it.
  const few = chooseEpisodes(dataset, options.skipFailures, options.tags).length < SPARE_EPISODES;
  const all = few && options.heldOut === HELD_OUT;
  const facts = await gatherFacts(dataset, { ...options, ...(all && { heldOut: 0 }) });
  const told = toldThings(facts);
  const reasons = [
    `${facts.episodes} demonstrations, ${facts.rows} rows at ${facts.fps} a second.${all ? ' So few are all needed: none is held out.' : ''}`,
  ];
  return { ...decide(facts, options, cameras, told, reasons), ...(all && { heldOut: 0 }) };
}

function decide(
  facts: Facts,
  options: TrainOptions,
  cameras: readonly string[],
  told: readonly string[],
  reasons: string[],
): AutoPlan {
  // A person who names cameras wants them looked at.
  const chosen = options.cameras !== undefined && cameras.length > 0;
  if (cameras.length > 0 && (chosen || told.length === 0)) return pictures(facts, options, cameras, reasons);
  if (cameras.length > 0) {
    reasons.push(`The recording tells where things are (${listed(told)}), which teaches faster than pictures do.`);
  }
  return state(facts, reasons);
}

function pictures(facts: Facts, options: TrainOptions, cameras: readonly string[], reasons: string[]): AutoPlan {
  const large = facts.episodes >= ACT_EPISODES && options.seconds >= ACT_SECONDS;
  reasons.push(
    large
      ? `Pictures, ${facts.episodes} demonstrations and ${Math.round(options.seconds / 60)} minutes: a transformer on pictures (ACT).`
      : 'Nothing but the pictures tells where things are: a camera policy (CNN), which learns most in little time.',
  );
  return { kind: large ? 'act' : 'cnn', settings: motionSettings(facts, reasons), config: {}, cameras, reasons };
}

function state(facts: Facts, reasons: string[]): AutoPlan {
  const settings = motionSettings(facts, reasons);
  if (facts.jointSpace) {
    reasons.push(
      'The robot is told by its joint angles: actions are learned relative to them (MLP, three side by side).',
    );
    return { kind: 'mlp', settings: { ...JOINTS, ...settings }, config: JOINTS_NETWORK, cameras: [], reasons };
  }
  reasons.push('A state policy: several small networks (MLP) side by side; their mean errs less than each of them.');
  if (facts.differences.length > 0) {
    const pairs = facts.couplings.slice(0, 4).map(({ a, b }) => `${nameOf(facts, a)} to ${nameOf(facts, b)}`);
    const more = facts.couplings.length > 4 ? ` and ${facts.couplings.length - 4} more` : '';
    reasons.push(
      `Values that meet in each demonstration are shown as differences: ${pairs.join(', ')}${more}. Few demonstrations cannot teach that.`,
    );
  }
  return {
    kind: 'mlp',
    settings: { ...FEW, ...settings },
    config: { ...SMALL, differences: facts.differences },
    cameras: [],
    reasons,
  };
}

/** What the actions mean, told from how the state follows them. */
function motionSettings(facts: Facts, reasons: string[]): SomeSettings {
  const count = (kind: string): number => facts.drives.filter((drive) => drive.kind === kind).length;
  const [goals, motions] = [count('position'), count('motion')];
  if (goals > 0)
    reasons.push(`${of(goals, facts)} the action ${goals === 1 ? 'is a goal' : 'are goals'} for observed values.`);
  if (motions > 0)
    reasons.push(
      `${of(motions, facts)} the action ${motions === 1 ? 'moves a value' : 'move values'} by so much each row.`,
    );
  return {};
}

/** Names of the features that tell where things are: task state of a simulator, or found among the rest. */
function toldThings(facts: Facts): string[] {
  const environment = facts.names.slice(facts.joints);
  return environment.length > 0 ? environment : facts.things.map((i) => nameOf(facts, i));
}

const of = (count: number, facts: Facts): string =>
  count === facts.drives.length ? 'All values of' : `${count} of ${facts.drives.length} values of`;
const nameOf = (facts: Facts, feature: number): string => facts.names[feature] ?? `value ${feature}`;
const listed = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
