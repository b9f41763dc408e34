import type { AbortSignalLike } from '../../core/clock';
import type { PracticeOptions } from '../../core/practice';
import type { Random } from '../../core/random';
import type { Engine } from '../engine';
import { fit } from '../fit';
import type { Network } from '../policies/method';
import type { PolicyFile } from '../policy-file';
import { judge } from './critic';
import type { Experience } from './experience';
import { transitionsOf } from './transitions';
import { resample, weigh } from './weigh';

/** What a success a second later is worth now: between two ways that work, the quicker one. */
const DISCOUNT = 0.9;
/** Chunks better than usual by this many standard deviations weigh e times as much: gently, for critics of few rollouts err. */
const TEMPERATURE = 2;
const DEMONSTRATIONS = 0.25;
/** The policy is good already: smaller steps than from scratch. */
const RATE_SHARE = 0.5;
/** Rows a round of training draws from at most; beyond, those that weigh least are left out by chance. */
const MOST_ROWS = 200_000;

export interface UpdateOptions extends Pick<PracticeOptions, 'steps' | 'by' | 'compile'> {
  readonly signal?: AbortSignalLike;
}

/**
 * One round of learning from all experience so far: judge every chunk, then imitate the good ones together with the
 * demonstrations. Resolves to new weights; null when nothing there is worth imitating.
 */
export async function update(
  engine: Engine,
  file: PolicyFile,
  network: Network,
  weights: Float32Array,
  experience: Experience,
  options: UpdateOptions,
  random: Random,
): Promise<Float32Array | null> {
  const { spec, training } = file;
  const { rate } = spec;
  const judgement =
    options.by === 'advantage'
      ? await judge(
          engine,
          transitionsOf(experience, { horizon: spec.execute, discount: DISCOUNT, rate }),
          { steps: Math.ceil(options.steps / 2), compile: options.compile },
          random.fork(1),
        )
      : null;
  const weighed = weigh(experience, judgement, {
    by: options.by,
    temperature: TEMPERATURE,
    demonstrations: DEMONSTRATIONS,
    rate,
  });
  const rows = resample(weighed, Math.min(experience.rows, MOST_ROWS), random.fork(2));
  if (rows.length === 0) return null;
  const { settings } = training;
  const { best } = await fit(
    engine,
    network,
    experience.samples(rows),
    {
      ...settings,
      learningRate: settings.learningRate * RATE_SHARE,
      patience: 0,
      seconds: 86_400,
      steps: options.steps,
      compile: options.compile,
    },
    random.fork(3),
    { signal: options.signal },
    { weights },
  );
  return best.weights;
}
