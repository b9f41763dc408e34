import { fault } from '../core/fault';
import { Random } from '../core/random';
import type { TrialsState } from '../core/state';
import { wilson } from '../core/statistics';
import type { PolicyPilot } from '../learner/policy-pilot';
import { ExpertPilot } from './expert-pilot';
import { watchingPump } from './pump';
import type { Recording } from './recording';
import type { Rig } from './rig';
import { runTrial } from './trial';

/** Seeds of evaluation starts lie far from those of recorded demonstrations: policies are judged on unseen starts. */
export const EVALUATION_SEEDS = 1_000_000;

const IDLE: TrialsState = {
  running: false,
  kind: 'policy',
  total: 0,
  done: 0,
  successes: 0,
  interval: [0, 1],
  seconds: 0,
  last: null,
};

/** Series of simulated episodes in the app: a policy's scored rollouts, or the expert recording demonstrations. */
export class Runs {
  #state: TrialsState = IDLE;
  #abort: AbortController | null = null;
  #began = 0;
  #verdict: ((success: boolean) => void) | null = null;

  constructor(
    private readonly now: () => number,
    private readonly changed: () => void,
  ) {}

  state(): TrialsState {
    return this.#state.running ? { ...this.#state, seconds: Math.max(0, this.now() - this.#began) } : this.#state;
  }

  get running(): boolean {
    return this.#abort !== null;
  }

  /** A person's verdict on the present try, on the real robot. */
  judge(success: boolean): void {
    this.#verdict?.(success);
  }

  stop(): void {
    this.#abort?.abort();
  }

  async evaluate(rig: Rig, pilot: PolicyPilot, trials: number, seed = EVALUATION_SEEDS): Promise<void> {
    await this.#series('policy', trials, async (i, signal) => {
      if (!rig.world) return this.#count(await this.#judged(rig, pilot, signal));
      const pump = watchingPump(rig.loop);
      const { success } = await runTrial({ rig, pump, pilot, kind: 'policy', seed: seed + i, signal });
      this.#count(success);
    });
  }

  /** A try on the real robot: the policy drives until a person says whether it worked, then the arm holds still. */
  async #judged(rig: Rig, pilot: PolicyPilot, signal: AbortSignal): Promise<boolean> {
    let verdict: boolean | null = null;
    this.#verdict = (success) => {
      verdict = success;
    };
    await rig.seat.sit('policy', pilot);
    try {
      await watchingPump(rig.loop)(() => verdict !== null || rig.seat.mode === 'stopped', signal);
      return verdict ?? false;
    } finally {
      this.#verdict = null;
      if (rig.seat.mode !== 'stopped') await rig.seat.release();
    }
  }

  /** Failed attempts of the expert are thrown away and tried again from another start. */
  async demonstrate(rig: Rig, recording: Recording, episodes: number, seed: number, saved: () => void): Promise<void> {
    const { world, profile } = rig;
    if (!world)
      throw fault(
        'incompatible',
        'The expert drives only the simulated robot',
        'Choose a simulated task on the Setup screen.',
      );
    let start = seed;
    await this.#series('expert', episodes, async (_i, signal) => {
      for (let attempt = 0; attempt < 5; attempt++, start++) {
        const pilot = new ExpertPilot(profile, world, new Random(start));
        const onStart = () => recording.start({ atOnce: true });
        try {
          const pump = watchingPump(rig.loop);
          const { success } = await runTrial({ rig, pump, pilot, kind: 'expert', seed: start, onStart, signal });
          await recording.finish();
          if (!success) {
            await recording.discard();
            continue;
          }
          await recording.keep({ success: true });
          start++;
          this.#count(true);
          return saved();
        } catch (error) {
          if (recording.phase !== 'idle' && recording.phase !== 'saving') await recording.discard();
          throw error;
        }
      }
      this.#count(false);
    });
  }

  async #series(
    kind: TrialsState['kind'],
    total: number,
    one: (i: number, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    if (this.#abort) throw fault('busy', 'A series of runs is under way', 'Stop it first.');
    this.#abort = new AbortController();
    this.#state = { ...IDLE, running: true, kind, total };
    this.changed();
    try {
      for (let i = 0; i < total; i++) {
        this.#began = this.now();
        await one(i, this.#abort.signal);
      }
    } finally {
      this.#abort = null;
      this.#state = { ...this.#state, running: false };
      this.changed();
    }
  }

  #count(success: boolean): void {
    const done = this.#state.done + 1;
    const successes = this.#state.successes + (success ? 1 : 0);
    this.#state = {
      ...this.#state,
      done,
      successes,
      interval: wilson(successes, done),
      last: success ? 'success' : 'failure',
    };
    this.changed();
  }
}
