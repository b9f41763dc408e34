import type { EpisodeRow } from '../../core/episode';
import { fault } from '../../core/fault';
import type { CameraSpec } from '../../core/types';
import { Normaliser } from '../normaliser';
import type { Pictures } from '../pictures';
import type { PolicyFile } from '../policy-file';
import type { Samples } from '../samples';

/** Who did what a row shows: a demonstrator, the policy, or a person who took over from it. */
export const DEMONSTRATION = 0;
export const POLICY = 1;
export const INTERVENTION = 2;
export type Driver = typeof DEMONSTRATION | typeof POLICY | typeof INTERVENTION;

/** A demonstration or a rollout with its verdict; `null`: nobody judged it. */
export interface Lived {
  readonly rows: readonly Pick<EpisodeRow, 'state' | 'action' | 'environment' | 'pilot' | 'intervention'>[];
  readonly success: boolean | null;
  /** Task text, where the policy tells several apart. */
  readonly task: string;
  /** What its rows weigh when it succeeds; 1 when absent. */
  readonly worth?: number;
}

/** Where one episode lies in the experience. */
export interface Stretch {
  readonly start: number;
  /** Its last row. */
  readonly end: number;
  readonly success: boolean | null;
  readonly worth: number;
}

export const driverOf = (row: Pick<EpisodeRow, 'pilot' | 'intervention'>): Driver =>
  row.intervention ? INTERVENTION : row.pilot === 'policy' ? POLICY : DEMONSTRATION;

/**
 * All that a policy may learn from: demonstrations and its own rollouts, end to end, N rows and growing. Scaled as the
 * policy was trained, so that its weights go on meaning the same.
 */
export class Experience {
  readonly episodes: Stretch[] = [];
  readonly features: number;
  readonly #joints: number;
  readonly #channels: number;
  /** Task state of each row, shown to the policy or not: the critic may know more than the policy. */
  #environment = 0;
  #rows = 0;
  #inputs = new Float32Array(0);
  #actions = new Float32Array(0);
  #hidden = new Float32Array(0);
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);
  #drivers = new Uint8Array(0);
  readonly #inputScale: Normaliser;
  readonly #targetScale: Normaliser;

  constructor(
    readonly policy: Pick<PolicyFile, 'spec' | 'normaliser' | 'relativeTo' | 'hints'>,
    /** Of the rows in order, for a policy that looks at pictures. */
    private readonly pictures: Pictures | null = null,
  ) {
    const { spec, normaliser } = policy;
    this.#joints = spec.observation.joints.length;
    this.#channels = spec.action.length;
    this.features = this.#joints + spec.observation.environment.length + spec.tasks.length;
    this.#inputScale = new Normaliser(normaliser.inputs.mean, normaliser.inputs.std);
    this.#targetScale = new Normaliser(normaliser.targets.mean, normaliser.targets.std);
  }

  get rows(): number {
    return this.#rows;
  }

  get channels(): number {
    return this.#channels;
  }

  driver(row: number): Driver {
    return this.#drivers[row] as Driver;
  }

  /** Throws a fault when a row has other values than the policy knows, or one that is not a number. */
  add({ rows, success, task, worth = 1 }: Lived): Stretch {
    const first = this.#rows;
    const last = first + rows.length - 1;
    if (first === 0) this.#environment = rows[0]?.environment.length ?? 0;
    for (const row of rows) this.#check(row);
    this.#reserve(this.#rows + rows.length);
    for (const row of rows) {
      const at = this.#rows++;
      this.#write(at, row, task);
      this.#starts[at] = first;
      this.#ends[at] = last;
    }
    const stretch = { start: first, end: last, success, worth };
    if (rows.length > 0) this.episodes.push(stretch);
    return stretch;
  }

  /** What training takes; `train` are row numbers, a row named twice counts twice. Nothing is held out. */
  samples(train: Int32Array): Samples {
    const { spec, relativeTo, hints } = this.policy;
    const environment = spec.observation.environment.length;
    const hintRows = hints > 0 ? this.#hidden : new Float32Array(0);
    return {
      rows: this.#rows,
      joints: this.#joints,
      environment,
      features: this.features,
      channels: this.#channels,
      chunk: spec.chunk,
      history: spec.history,
      inputs: this.#inputs,
      actions: this.#actions,
      starts: this.#starts,
      ends: this.#ends,
      relativeTo,
      pictures: this.pictures ?? NO_PICTURES,
      cameras: spec.observation.cameras as CameraSpec[],
      hints: hintRows,
      hintScale: Normaliser.fit(hints, (visit) => {
        for (const row of train) visit((i) => hintRows[row * hints + i] as number);
      }),
      train,
      heldOut: new Int32Array(0),
      episodes: { train: this.episodes.map((_, i) => i), heldOut: [] },
      task: spec.task,
      tasks: spec.tasks,
      inputScale: this.#inputScale,
      targetScale: this.#targetScale,
    };
  }

  /** Values of `critic(row)`. */
  get criticFeatures(): number {
    return this.features + this.#environment;
  }

  /** What the critic sees at a row: the policy's features, normalised, then all task state as it is. */
  critic(row: number, into: Float32Array, at: number): void {
    for (let i = 0; i < this.features; i++) {
      into[at + i] = this.#inputScale.forward(i, this.#inputs[row * this.features + i] as number);
    }
    for (let i = 0; i < this.#environment; i++) {
      into[at + this.features + i] = this.#hidden[row * this.#environment + i] as number;
    }
  }

  /** The action of a row as the policy would tell it from `base`, normalised: the first of a chunk. */
  action(row: number, base: number, channel: number): number {
    const { relativeTo } = this.policy;
    const from = relativeTo[channel] ?? null;
    const raw = this.#actions[row * this.#channels + channel] as number;
    const value = from === null ? raw : raw - (this.#inputs[base * this.features + from] as number);
    return this.#targetScale.forward(channel, value);
  }

  #write(at: number, row: Lived['rows'][number], task: string): void {
    const { spec } = this.policy;
    const shown = spec.observation.environment.length;
    this.#inputs.set(row.state, at * this.features);
    if (shown > 0) this.#inputs.set(row.environment, at * this.features + this.#joints);
    const told = spec.tasks.indexOf(task);
    if (told >= 0) this.#inputs[at * this.features + this.#joints + shown + told] = 1;
    this.#actions.set(row.action, at * this.#channels);
    this.#hidden.set(row.environment, at * this.#environment);
    this.#drivers[at] = driverOf(row);
  }

  #check(row: Lived['rows'][number]): void {
    const { observation } = this.policy.spec;
    const good =
      row.state.length === this.#joints &&
      row.action.length === this.#channels &&
      row.environment.length === this.#environment &&
      (observation.environment.length === 0 || row.environment.length === observation.environment.length) &&
      [row.state, row.action, row.environment].every((values) => values.every(Number.isFinite));
    if (good) return;
    throw fault(
      'incompatible',
      'An episode does not have the values this policy was trained on, or one of them is not a number',
      'Practise with trials of the robot and task the policy was trained for.',
    );
  }

  #reserve(rows: number): void {
    if (rows <= this.#starts.length) return;
    const capacity = Math.max(rows, 2 * this.#starts.length);
    this.#inputs = grown(this.#inputs, new Float32Array(capacity * this.features));
    this.#actions = grown(this.#actions, new Float32Array(capacity * this.#channels));
    this.#hidden = grown(this.#hidden, new Float32Array(capacity * this.#environment));
    this.#starts = grown(this.#starts, new Int32Array(capacity));
    this.#ends = grown(this.#ends, new Int32Array(capacity));
    this.#drivers = grown(this.#drivers, new Uint8Array(capacity));
  }
}

function grown<T extends Float32Array | Int32Array | Uint8Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

const NO_PICTURES: Pictures = {
  at() {
    throw fault('no-camera', 'This experience holds no pictures', 'Practise with a policy that learns from state.');
  },
  close: () => undefined,
};
