import { fault } from '../core/fault';
import type { Pilot } from '../core/pilot';
import type { PolicySpec } from '../core/policy';
import type { CameraSpec, Observation, RobotSpec, Vector } from '../core/types';
import { type Plan, planTarget } from './plan';
import { Sight } from './sight';

export interface PolicyPilotOptions {
  readonly spec: PolicySpec;
  /** Newest `spec.history` observations, oldest first → `spec.chunk` targets, the first meant for the newest. */
  readonly act: (history: readonly Observation[]) => Promise<readonly Vector[]>;
  /** Hears once of each failed call; the pilot holds still meanwhile and asks again a second later. */
  readonly onFault?: (error: unknown) => void;
  /** Averages all chunks that cover a moment, older ones weighing exp(−m · age in calls) (ACT); off when absent. */
  readonly ensemble?: number;
}

/** Seconds over which a new plan takes over from where the old one was: no jump at a seam or at the start. */
const BLEND = 0.1;
const RETRY = 1;
const MAX_PLANS = 16;

/**
 * A policy at the stick. Calls never wait: chunks are asked for ahead of need and played back by time, interpolated
 * to the control rate; an empty queue holds still.
 */
export class PolicyPilot implements Pilot {
  readonly kind = 'policy';
  readonly cameras: readonly CameraSpec[];
  readonly #sight = new Sight();
  #plans: Plan[] = [];
  /** True until a new plan was first followed; the plans it takes over from are then in `#outgoing`. */
  #fresh = false;
  #outgoing: Plan[] = [];
  #history: Observation[] = [];
  #call: Promise<void> | null = null;
  #asked = Number.NEGATIVE_INFINITY;
  #retryAt = Number.NEGATIVE_INFINITY;
  #last: Vector | null = null;
  #offset: { from: number; by: Vector } | null = null;
  /** Counts starts and stops: an answer to a question of an earlier turn at the stick is dropped. */
  #turn = 0;
  #driving = false;
  readonly #latencies: number[] = [];
  /** Which of `spec.tasks` to do; the main one when null. */
  task: string | null = null;

  constructor(private readonly options: PolicyPilotOptions) {
    this.cameras = options.spec.observation.cameras;
  }

  get spec(): PolicySpec {
    return this.options.spec;
  }

  /** Median of the last calls, milliseconds; null before the first. */
  get latency(): number | null {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }

  async start(robot: RobotSpec, seen: Observation): Promise<void> {
    const wanted = this.options.spec.action.join(', ');
    const offered = robot.joints.map((j) => j.name).join(', ');
    if (wanted !== offered) {
      throw fault(
        'incompatible',
        `The policy moves ${wanted}; this robot has ${offered}`,
        'Load a policy that was trained on this robot.',
      );
    }
    this.#turn++;
    this.#plans = [];
    this.#history = [];
    this.#outgoing = [];
    this.#fresh = false;
    this.#offset = null;
    this.#call = null;
    this.#asked = this.#retryAt = Number.NEGATIVE_INFINITY;
    this.#last = seen.joints;
    this.#driving = true;
  }

  next(seen: Observation): Vector | null {
    if (!this.#driving) return null;
    const aligned = this.#sight.align(seen);
    const moment = this.task === null ? aligned : { ...aligned, task: this.task };
    this.#remember(moment);
    if (this.#wantsMore(seen.t) && this.#sees(moment)) this.#ask(moment.t);
    const target = this.#target(seen.t);
    if (target) this.#last = target;
    return target;
  }

  async stop(): Promise<void> {
    this.#turn++;
    this.#driving = false;
    this.#plans = [];
    this.#call = null;
  }

  /** Resolves when no call is under way: where time is virtual, the world waits for the policy. */
  async idle(): Promise<void> {
    await this.#call;
  }

  #remember(seen: Observation): void {
    const newest = this.#history.at(-1);
    const due = !newest || this.options.spec.history === 1 || seen.t - newest.t >= 0.9 / this.options.spec.rate;
    if (!due) return;
    this.#history.push(seen);
    while (this.#history.length > this.options.spec.history) this.#history.shift();
  }

  /** Right after a hand-over the cameras have not answered yet: hold still until they have. Never twice by one picture. */
  #sees({ t, images }: Observation): boolean {
    return this.cameras.every((camera) => images?.[camera.name]) && (this.cameras.length === 0 || t > this.#asked);
  }

  #wantsMore(t: number): boolean {
    if (this.#call || t < this.#retryAt) return false;
    // Half a tick of slack, so that `execute` actions at the dataset's rate are not one control tick too many.
    return (t - this.#asked) * this.options.spec.rate >= this.options.spec.execute - 0.25;
  }

  #ask(t: number): void {
    const turn = this.#turn;
    const began = performance.now();
    this.#asked = t;
    const newest = this.#history[0];
    const padding = newest
      ? Array.from({ length: this.options.spec.history - this.#history.length }, () => newest)
      : [];
    const call = this.#answer([...padding, ...this.#history], t, turn, began).finally(() => {
      if (this.#call === call) this.#call = null;
    });
    this.#call = call;
  }

  async #answer(history: readonly Observation[], t: number, turn: number, began: number): Promise<void> {
    try {
      const actions = await this.options.act(history);
      if (turn !== this.#turn) return;
      checkActions(actions, this.options.spec.action.length);
      this.#latencies.push(performance.now() - began);
      if (this.#latencies.length > 50) this.#latencies.shift();
      if (!this.#fresh) this.#outgoing = [...this.#plans];
      this.#fresh = true;
      this.#plans.push({ t, rate: this.options.spec.rate, actions });
      while (this.#plans.length > (this.options.ensemble === undefined ? 1 : MAX_PLANS)) this.#plans.shift();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#retryAt = t + RETRY;
      this.#asked = Number.NEGATIVE_INFINITY;
      this.#plans = [];
      this.options.onFault?.(error);
    }
  }

  #target(t: number): Vector | null {
    const planned = planTarget(this.#plans, t, this.options.ensemble ?? 0);
    if (!planned) return null;
    if (this.#fresh) {
      // Where the old plans would have gone now, not where they were a tick ago: a seam must not cost any motion.
      const before =
        this.#blended(planTarget(this.#outgoing, t, this.options.ensemble ?? 0), t) ?? this.#last ?? planned;
      this.#offset = { from: t, by: planned.map((value, j) => (before[j] ?? value) - value) };
      this.#fresh = false;
      this.#outgoing = [];
    }
    return this.#blended(planned, t);
  }

  #blended(planned: Vector | null, t: number): Vector | null {
    const offset = this.#offset;
    const left = offset ? Math.max(0, 1 - (t - offset.from) / BLEND) : 0;
    return planned && offset && left > 0 ? planned.map((value, j) => value + (offset.by[j] ?? 0) * left) : planned;
  }
}

function checkActions(actions: readonly Vector[], joints: number): void {
  const good = actions.length > 0 && actions.every((a) => a.length === joints && a.every(Number.isFinite));
  if (!good)
    throw fault(
      'internal',
      'The policy answered with something that is not a motion',
      'Train it again with more demonstrations.',
    );
}
