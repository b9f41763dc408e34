import type { EpisodeRow } from '../core/episode';
import type { Pilot } from '../core/pilot';
import type { Observation, RobotSpec, Vector } from '../core/types';

/** Share of each joint's greatest speed at which the arm goes to where the episode begins. */
const APPROACH = 0.25;
/** Seconds the last action is held before the replay counts as done, so that the arm has arrived. */
const AFTERMATH = 0.3;

/**
 * Drives a recorded episode's actions again, by their true time. Whenever it gets the stick it first goes gently (slow
 * at both ends) from where the arm is to where the episode goes on: the first measured pose at the beginning, the
 * action of that moment after a person had taken over. Robot units.
 */
export class ReplayPilot implements Pilot {
  readonly kind = 'replay';
  readonly #times: readonly number[];
  #from: Vector = [];
  #to: Vector = [];
  /** Seconds the approach takes, and when it began; null until the first tick. */
  #approach = 0;
  #begun: number | null = null;
  /** Seconds into the episode, and the last tick's time. */
  #at = 0;
  #last = 0;
  #played = false;

  constructor(
    private readonly rows: readonly EpisodeRow[],
    /** 1 = as fast as recorded. */
    private readonly speed: number,
  ) {
    const start = rows[0]?.t ?? 0;
    this.#times = rows.map((row) => row.t - start);
  }

  /** The row that is being played. */
  get row(): number {
    return this.#rowAt(this.#at);
  }

  get done(): boolean {
    return this.#at >= this.#end + AFTERMATH;
  }

  async start(robot: RobotSpec, seen: Observation): Promise<void> {
    this.#from = seen.joints;
    this.#to = this.#played ? this.#action(this.#at) : (this.rows[0]?.state ?? seen.joints);
    const seconds = robot.joints.map(
      ({ maxSpeed }, i) => Math.abs((this.#to[i] ?? 0) - (this.#from[i] ?? 0)) / (maxSpeed * APPROACH),
    );
    // The smooth ramp is half as fast again in its middle as on average.
    this.#approach = Math.max(0.3, 1.5 * Math.max(...seconds));
    this.#begun = null;
  }

  next(seen: Observation): Vector {
    this.#begun ??= seen.t;
    const share = (seen.t - this.#begun) / this.#approach;
    if (share < 1) {
      this.#last = seen.t;
      const s = share * share * (3 - 2 * share);
      return this.#to.map((to, i) => (this.#from[i] ?? to) + s * (to - (this.#from[i] ?? to)));
    }
    this.#played = true;
    this.#at += Math.max(0, seen.t - this.#last) * this.speed;
    this.#last = seen.t;
    return this.#action(this.#at);
  }

  async stop(): Promise<void> {}

  get #end(): number {
    return this.#times[this.#times.length - 1] ?? 0;
  }

  #rowAt(time: number): number {
    let [low, high] = [0, this.#times.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#times[middle] ?? 0) <= time) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Between two rows the action moves evenly from one to the other. */
  #action(time: number): Vector {
    const k = this.#rowAt(time);
    const here = this.rows[k]?.action ?? this.#to;
    const there = this.rows[k + 1]?.action;
    const [t0 = 0, t1 = 0] = [this.#times[k], this.#times[k + 1]];
    if (!there || t1 <= t0) return here;
    const s = Math.min(1, (time - t0) / (t1 - t0));
    return here.map((value, i) => value + s * ((there[i] ?? value) - value));
  }
}
