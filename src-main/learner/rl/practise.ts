import type { AbortSignalLike } from '../../core/clock';
import type { Dataset } from '../../core/episode';
import { fault } from '../../core/fault';
import type { PracticeCheck, PracticeOptions, PracticeProgress, PracticeResult, Tally } from '../../core/practice';
import { Random } from '../../core/random';
import { type Checkpoint, readCheckpoint } from '../checkpoint';
import type { Engine } from '../engine';
import { Champion, lowerBound, plus, rate } from './champion';
import { Experience } from './experience';
import { exploring, reachOf } from './explore';
import { examStarts, type Ground, practiceStarts } from './ground';
import { saveImproved } from './improved';
import { openPlayer } from './player';
import { Starts } from './starts';
import { update } from './update';

export interface PracticeWatcher {
  readonly onProgress?: (progress: PracticeProgress) => void;
  /** Aborting keeps the best so far. */
  readonly signal?: AbortSignalLike;
  /** Seconds; replaced in tests. */
  now?(): number;
}

/** Share of exploration that goes to starts the policy failed from; the checks bring enough fresh ones. */
const HARD = 0.6;
/** Noise of one rollout: this share of `options.noise` at least, and more with each failure from that start. */
const LEAST_NOISE = 0.3;
const MORE_NOISE = 0.2;
/**
 * What a success weighs where the policy had not failed before. To imitate what it does anyway teaches it little; success
 * where it used to fail is the news (a baseline by start, as in RLOO, Ahmadian et al. 2024).
 */
const EASY = 0.5;
const NOTHING: Tally = { successes: 0, trials: 0 };

/**
 * Improves a policy by its own practice in a simulator. Round after round: try with noise, mostly where it failed; judge
 * what was done and imitate the good of it together with the demonstrations; check on starts never practised on. In the
 * end the best meets the policy it came from on exam starts; only what is better there is saved.
 */
export async function practise(
  options: PracticeOptions,
  demonstrations: Dataset | null,
  ground: Ground,
  engine: Engine,
  watch: PracticeWatcher = {},
): Promise<PracticeResult> {
  const session = new Session(options, await readCheckpoint(options.policy), ground, engine, watch);
  return session.run(demonstrations);
}

class Session {
  readonly #random: Random;
  readonly #experience: Experience;
  readonly #starts: Starts;
  readonly #began: number;
  readonly #now: () => number;
  readonly #curve: PracticeCheck[] = [];
  #phase: PracticeProgress['phase'] = 'loading';
  #round = 0;
  #rollouts = 0;
  #learnt = 0;
  #start: Tally = NOTHING;
  #champion: Champion | null = null;

  constructor(
    private readonly options: PracticeOptions,
    private readonly parent: Checkpoint,
    private readonly ground: Ground,
    private readonly engine: Engine,
    private readonly watch: PracticeWatcher,
  ) {
    if (parent.parts.spec.observation.cameras.length > 0) {
      throw fault(
        'incompatible',
        'A policy that looks at pictures cannot practise in the simulator, which draws none in the background',
        'Let it do scored trials that are recorded, and learn from those; or practise with a state policy.',
      );
    }
    this.#random = new Random(options.seed);
    this.#starts = new Starts(practiceStarts(options.seed));
    this.#experience = new Experience(parent.file);
    this.#now = watch.now ?? (() => performance.now() / 1000);
    this.#began = this.#now();
  }

  async run(demonstrations: Dataset | null): Promise<PracticeResult> {
    await this.#read(demonstrations);
    const { weights } = this.parent;
    this.#say('measuring');
    await this.#exam(weights, (tally) => {
      this.#start = tally;
      this.#say('measuring');
    });
    this.#champion = new Champion({ weights, tally: await this.#check(weights) });
    this.#mark(this.#champion.holder.tally);
    let latest = weights;
    while (!this.#over()) {
      this.#round++;
      await this.#explore(latest);
      if (this.#stopped) break;
      latest = await this.#learn(latest);
      if (this.#stopped) break;
      latest = await this.#challenge(latest);
    }
    return this.#finish();
  }

  async #read(demonstrations: Dataset | null): Promise<void> {
    this.#say('loading');
    for (const info of demonstrations?.list() ?? []) {
      const episode = await (demonstrations as Dataset).read(info.index);
      this.#experience.add(episode);
    }
  }

  async #explore(weights: Float32Array): Promise<void> {
    const { spec, normaliser } = this.parent.parts;
    const reach = reachOf(normaliser.targets.std, spec.chunk, spec.action.length);
    const random = this.#random.fork(100 + this.#round);
    const policy = await openPlayer(this.engine, this.parent, weights);
    try {
      for (let i = 0; i < this.options.explore && !this.#stopped; i++) {
        const start = this.#starts.practise(random, HARD);
        const most = Math.min(1, LEAST_NOISE + MORE_NOISE * (1 + this.#starts.failures(start)));
        const scale = this.options.noise * random.between(LEAST_NOISE, most);
        const noisy = exploring(
          (history) => policy.act(history),
          reach.map((r) => r * scale),
          random.fork(i),
        );
        await this.#practise(noisy, start);
        this.#say('exploring');
      }
    } finally {
      policy.dispose();
    }
  }

  async #learn(weights: Float32Array): Promise<Float32Array> {
    this.#say('learning');
    const { file, parts } = this.parent;
    const { signal } = this.watch;
    const random = this.#random.fork(10_000 + this.#round);
    const { steps, by, compile } = this.options;
    const options = { steps, by, compile, ...(signal && { signal }) };
    const learnt = await update(this.engine, file, parts.network, weights, this.#experience, options, random);
    return learnt ?? weights;
  }

  /** → the weights to go on from. */
  async #challenge(weights: Float32Array): Promise<Float32Array> {
    const champion = this.#champion as Champion;
    const tally = await this.#check(weights);
    if (this.#stopped) return weights;
    this.#mark(tally);
    const won = await champion.challenge({ weights, tally }, (some) => {
      this.#phase = 'confirming';
      return this.#check(some);
    });
    // One unlucky round is no reason to start again; one that fell far behind is.
    return won || rate(tally) >= lowerBound(champion.holder.tally) ? weights : champion.holder.weights;
  }

  /** Rollouts without noise from fresh starts, which are then practised on. */
  async #check(weights: Float32Array): Promise<Tally> {
    let tally = NOTHING;
    const policy = await openPlayer(this.engine, this.parent, weights);
    try {
      for (let i = 0; i < this.options.check && !this.#stopped; i++) {
        const success = await this.#practise((history) => policy.act(history), this.#starts.fresh());
        tally = plus(tally, { successes: success ? 1 : 0, trials: 1 });
        this.#say(this.#phase === 'confirming' ? 'confirming' : 'checking');
      }
    } finally {
      policy.dispose();
    }
    return tally;
  }

  /** Nothing is learnt from these. */
  async #exam(weights: Float32Array, report: (tally: Tally) => void): Promise<Tally> {
    let tally = NOTHING;
    const policy = await openPlayer(this.engine, this.parent, weights);
    const { spec } = this.parent.parts;
    try {
      for (let i = 0; i < this.options.exam; i++) {
        const rollout = await this.ground.tryOut(
          spec,
          (history) => policy.act(history),
          examStarts(this.options.seed) + i,
        );
        tally = plus(tally, { successes: rollout.success ? 1 : 0, trials: 1 });
        report(tally);
        if (this.#stopped && this.#phase === 'measuring') break;
      }
    } finally {
      policy.dispose();
    }
    return tally;
  }

  async #practise(act: Parameters<Ground['tryOut']>[1], start: number): Promise<boolean> {
    const rollout = await this.ground.tryOut(this.parent.parts.spec, act, start);
    const worth = this.#starts.failures(start) > 0 ? 1 : EASY;
    this.#experience.add({ ...rollout, worth });
    this.#starts.tell(start, rollout.success);
    this.#rollouts++;
    if (rollout.success) this.#learnt++;
    return rollout.success;
  }

  async #finish(): Promise<PracticeResult> {
    const { holder } = this.#champion as Champion;
    const same = holder.weights === this.parent.weights;
    this.#say('confirming');
    const end = same ? this.#start : await this.#exam(holder.weights, () => this.#say('confirming'));
    const better = !same && this.#start.trials > 0 && rate(end) > rate(this.#start);
    const { options } = this;
    const common = {
      parent: options.policy,
      start: this.#start,
      end: better ? end : this.#start,
      rounds: this.#round,
      rollouts: this.#rollouts,
      learnt: this.#learnt,
      rows: this.#experience.rows,
      seconds: this.#elapsed,
      cancelled: this.#stopped,
      curve: this.#curve,
    };
    if (!better) {
      const note = same
        ? 'Practice found nothing better than the policy it started from; nothing was saved.'
        : `What looked best in practice won ${end.successes} of ${end.trials} exam starts, the policy it came from ${this.#start.successes}; nothing was saved.`;
      return { ...common, checkpoint: null, note };
    }
    this.#say('saving');
    const note = `${this.#start.successes} → ${end.successes} of ${end.trials} on starts it never practised on.`;
    const result = { ...common, checkpoint: options.out, note };
    await saveImproved(this.engine, options, this.parent, holder.weights, result);
    return result;
  }

  get #stopped(): boolean {
    return this.watch.signal?.aborted ?? false;
  }

  get #elapsed(): number {
    return this.#now() - this.#began;
  }

  #over(): boolean {
    const { rounds, minutes, goal } = this.options;
    const held = this.#champion?.holder;
    const reached = held && held.weights !== this.parent.weights && lowerBound(held.tally) >= goal;
    const done = rounds === undefined ? this.#elapsed >= minutes * 60 * (1 - EXAM_SHARE) : this.#round >= rounds;
    return this.#stopped || done || Boolean(reached);
  }

  #mark(tally: Tally): void {
    this.#curve.push({ ...tally, round: this.#round, rollouts: this.#rollouts, elapsed: this.#elapsed });
  }

  #say(phase: PracticeProgress['phase']): void {
    this.#phase = phase;
    const held = this.#champion?.holder;
    const elapsed = this.#elapsed;
    this.watch.onProgress?.({
      phase,
      round: this.#round,
      rollouts: this.#rollouts,
      elapsed,
      left: Math.max(0, this.options.minutes * 60 - elapsed),
      start: this.#start,
      best: held && held.weights !== this.parent.weights ? held.tally : null,
      curve: [...this.#curve],
    });
  }
}

/** Share of the time that is kept for the exam at the end. */
const EXAM_SHARE = 0.06;
