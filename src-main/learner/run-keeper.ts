import { isFault, toFault } from '../core/fault';
import type { TrainOptions } from '../core/learning';
import type { Curve, TrainPlan } from '../core/training-plan';
import type { FitState } from './fit';
import { METHODS } from './policies';
import { type RunState, readRunState, removeRunState, stateBytes, writeRunState } from './run-state';

/** Seconds between two states on the disk. */
const EVERY = 10;
/** At most this share of the time goes into keeping them: large networks are kept less often. */
const SHARE = 0.03;
/** Bytes a second that a disk surely takes: what the first state will cost, before one was written. */
const SURE = 100e6;

export interface Unfinished {
  /** Null: there is none, or none that can be used. */
  readonly state: RunState | null;
  /** Why what is there cannot be used. */
  readonly notice: string | null;
}

/** The interrupted training that these options would go on with. Never a reason not to train. */
export async function findUnfinished(options: TrainOptions): Promise<Unfinished> {
  try {
    const state = await readRunState(options.out);
    const usable = !state || METHODS[state.plan.kind].config.safeParse(state.plan.config).success;
    if (usable && (!state || sameOptions(state.options, options))) return { state, notice: null };
    return {
      state: null,
      notice: 'An unfinished training of other settings was here; its weights are not used.',
    };
  } catch (error) {
    const what = isFault(error) ? error.message : `What was kept of it cannot be read (${toFault(error).message})`;
    return { state: null, notice: `${what}. The training starts anew.` };
  }
}

/** A name is only shown in lists, and how a step is computed does not change what is learnt. */
function sameOptions(a: TrainOptions, b: TrainOptions): boolean {
  const bare = ({ name: _name, engine: _engine, compile: _compile, ...rest }: TrainOptions) => stable(rest);
  return bare(a) === bare(b);
}

/** JSON with sorted keys: what a person typed in another order is the same. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  );

/** Writes the state of one training now and then, and takes it away when the training is over. */
export class RunKeeper {
  #next: number;
  #failed = false;

  constructor(
    private readonly options: TrainOptions,
    private readonly plan: TrainPlan,
    private readonly hash: string,
    /** Weights of the network. */
    count: number,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#next = now() + stateBytes(count) / SURE / SHARE;
  }

  /** Keeps the state when it is time to. A full disk ends no training: it is told by `notice`. */
  async look(state: () => Promise<FitState>, curve: Curve): Promise<void> {
    if (this.now() >= this.#next) await this.keep(state, curve);
  }

  async keep(state: () => Promise<FitState>, curve: Curve): Promise<void> {
    const begin = this.now();
    try {
      await writeRunState({ options: this.options, plan: this.plan, hash: this.hash, curve, fit: await state() });
      this.#failed = false;
    } catch {
      this.#failed = true;
    }
    const end = this.now();
    this.#next = end + Math.max(EVERY, (end - begin) / SHARE);
  }

  get notice(): string | null {
    return this.#failed ? 'The state of this training cannot be written: after a crash it would start anew.' : null;
  }

  discard(): Promise<void> {
    return removeRunState(this.options.out);
  }
}
