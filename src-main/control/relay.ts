import type { Pilot } from '../core/pilot';
import type { Observation, RobotSpec } from '../core/types';

/**
 * Passes the stick from pilot to pilot. The old one loses it at once, and its `stop` is not waited for: a policy whose
 * process is stuck must not delay the person who takes over. A pilot is started only after its own last `stop` is done.
 */
export class Relay {
  readonly #spec: RobotSpec;
  readonly #report: (error: unknown) => void;
  readonly #stopping = new WeakMap<Pilot, Promise<void>>();
  #pilot: Pilot | null = null;
  #turn = 0;

  constructor(spec: RobotSpec, report: (error: unknown) => void) {
    this.#spec = spec;
    this.#report = report;
  }

  get pilot(): Pilot | null {
    return this.#pilot;
  }

  /** Resolves when the new pilot drives, or when a later `pass` has overtaken this one. */
  async pass(next: Pilot | null, seen: Observation | null): Promise<void> {
    const turn = ++this.#turn;
    const old = this.#pilot;
    this.#pilot = null;
    if (old) this.#stop(old);
    if (!next || !seen) return;
    await this.#stopping.get(next);
    if (turn !== this.#turn) return;
    await next.start(this.#spec, seen);
    if (turn === this.#turn) this.#pilot = next;
    else this.#stop(next);
  }

  #stop(pilot: Pilot): void {
    const done = Promise.resolve()
      .then(() => pilot.stop())
      .catch(this.#report);
    this.#stopping.set(pilot, done);
  }
}
