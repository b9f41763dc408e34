import type { Dataset } from '../../core/episode';
import { fault } from '../../core/fault';
import type { PracticeOptions, PracticeProgress, PracticeResult } from '../../core/practice';
import { Random } from '../../core/random';
import { readCheckpoint } from '../checkpoint';
import type { Engine } from '../engine';
import type { OpenPictures, Pictures } from '../pictures';
import { DEMONSTRATION, driverOf, Experience, type Lived, POLICY } from './experience';
import { saveImproved } from './improved';
import type { PracticeWatcher } from './practise';
import { update } from './update';

/** Rounds of judging and imitating over the same recorded trials; each goes on from the weights of the one before. */
const ROUNDS = 4;
const NOTHING = { successes: 0, trials: 0 };

/**
 * Improves a policy from trials that were recorded while it drove: the operator's verdicts are the reward, a person's
 * interventions show what was lacking. No simulator: nobody knows how good the result is until it is tried.
 */
export async function learnFromTrials(
  options: PracticeOptions,
  dataset: Dataset,
  engine: Engine,
  openPictures: OpenPictures,
  watch: PracticeWatcher = {},
): Promise<PracticeResult> {
  const parent = await readCheckpoint(options.policy);
  const now = watch.now ?? (() => performance.now() / 1000);
  const began = now();
  const stopped = (): boolean => watch.signal?.aborted ?? false;
  const { cameras } = parent.parts.spec.observation;
  const chosen = await judged(dataset);
  const pictures = cameras.length > 0 ? await openPictures(dataset, dataset.list(), cameras) : null;
  const kept = chosen.length === dataset.list().length ? pictures : pictures && only(pictures, dataset, chosen);
  try {
    const experience = new Experience(parent.file, kept);
    for (const { episode } of chosen) experience.add(episode);
    const trials = scored(chosen.map(({ episode }) => episode));
    const report = (phase: PracticeProgress['phase'], round: number): void => {
      const elapsed = now() - began;
      const left = Math.max(0, options.minutes * 60 - elapsed);
      const { length: rollouts } = trials;
      watch.onProgress?.({ phase, round, rollouts, elapsed, left, start: NOTHING, best: null, curve: [] });
    };
    const random = new Random(options.seed);
    const { steps, by, compile } = options;
    let { weights } = parent;
    let round = 0;
    const enough = (): boolean => stopped() || now() - began >= options.minutes * 60;
    while (round < (options.rounds ?? ROUNDS) && (round === 0 || !enough())) {
      if (stopped()) break;
      report('learning', round);
      const signal = watch.signal && { signal: watch.signal };
      const learnt = await update(
        engine,
        parent.file,
        parent.parts.network,
        weights,
        experience,
        { steps, by, compile, ...signal },
        random.fork(++round),
      );
      if (!learnt) throw nothingGood();
      weights = learnt;
    }
    report('saving', round);
    const successes = trials.filter((trial) => trial.success).length;
    const common = {
      parent: options.policy,
      start: null,
      end: null,
      rounds: round,
      rollouts: trials.length,
      learnt: successes,
      rows: experience.rows,
      seconds: now() - began,
      cancelled: stopped(),
      curve: [],
    };
    if (round === 0) return { ...common, checkpoint: null, note: 'Stopped before anything was learnt.' };
    await saveImproved(engine, options, parent, weights, common);
    const note = `Learnt from ${trials.length} trials (${successes} succeeded) and ${chosen.length - trials.length} demonstrations. Run trials to see how good it is.`;
    return { ...common, checkpoint: options.out, note };
  } finally {
    pictures?.close();
  }
}

interface Chosen {
  readonly index: number;
  readonly episode: Lived;
}

/** Everything but trials without a verdict: whether to do the same again, nobody said. */
async function judged(dataset: Dataset): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  for (const { index } of dataset.list()) {
    const episode = await dataset.read(index);
    if (episode.rows.length === 0) continue;
    const own = episode.rows.some((row) => driverOf(row) !== DEMONSTRATION);
    if (own && episode.success === null) continue;
    chosen.push({ index, episode });
  }
  if (scored(chosen.map(({ episode }) => episode)).length > 0) return chosen;
  throw fault(
    'not-found',
    'There are no scored trials of a policy in this dataset',
    'Hand over to the policy while recording, and label each take as success or failure; a few dozen are a good start.',
  );
}

const scored = (episodes: readonly Lived[]): Lived[] =>
  episodes.filter(({ rows }) => rows.some((row) => driverOf(row) === POLICY || row.intervention));

/** Pictures of some episodes only, whose rows are numbered afresh. */
function only(pictures: Pictures, dataset: Dataset, chosen: readonly Chosen[]): Pictures {
  const first = new Map<number, number>();
  let row = 0;
  for (const { index, length } of dataset.list()) {
    first.set(index, row);
    row += length;
  }
  const rows = chosen.flatMap(({ index, episode }) => episode.rows.map((_, k) => (first.get(index) as number) + k));
  return { at: (camera, at) => pictures.at(camera, rows[at] as number), close: () => pictures.close() };
}

const nothingGood = () =>
  fault(
    'bad-input',
    'All trials and demonstrations in this dataset are labelled as failures',
    'Record a few successes: demonstrations, or trials in which you take over and finish the task.',
  );
