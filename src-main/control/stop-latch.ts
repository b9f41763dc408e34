import type { Robot } from '../core/robot';

/** A stop that stays until it is released on purpose, and a halt that is repeated until the robot has taken it. */
export class StopLatch {
  readonly #robot: Robot;
  readonly #failed: (error: unknown) => void;
  #reason: string | null = null;
  #due = false;

  constructor(robot: Robot, failed: (error: unknown) => void) {
    this.#robot = robot;
    this.#failed = failed;
  }

  get reason(): string | null {
    return this.#reason;
  }

  /** Halts at once, in any case; true when this is the press that stopped it. */
  press(reason: string): boolean {
    const first = this.#reason === null;
    this.#reason ??= reason;
    this.#due = true;
    void this.settle();
    return first;
  }

  release(): void {
    this.#reason = null;
    this.#due = false;
  }

  /** Halts the robot if a halt is still due: after a command that was under way, or after a halt that failed. */
  async settle(): Promise<void> {
    if (!this.#due) return;
    try {
      await this.#robot.halt();
      this.#due = false;
    } catch (error) {
      this.#failed(error);
    }
  }
}
