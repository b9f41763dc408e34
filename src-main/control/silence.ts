/** How long the robot has been out of reach. One lost reply is nothing; a quarter of a second of them is a lost link. */
export class Silence {
  readonly #limit: number;
  #since: number | null = null;

  /** `limit` in seconds. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get over(): boolean {
    return this.#since === null;
  }

  /** An exchange worked. */
  end(): void {
    this.#since = null;
  }

  /** An exchange begun at `began` had failed by `now`; true when it has been silent for the limit. */
  failed(began: number, now: number): boolean {
    this.#since ??= began;
    return now - this.#since >= this.#limit;
  }
}
