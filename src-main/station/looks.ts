import type { FromCameras, ToCameras } from '../core/media';
import type { CameraSpec, Image } from '../core/types';
import type { ClockJoin } from '../recorder/clock-join';

/**
 * Raw frames for a policy that drives by sight. One request is under way at a time; a request lost with a page reload
 * is asked again after a second. Frames keep the time they were taken at, so that a stale one can be told.
 */
export class Looks {
  #wanted: readonly CameraSpec[] = [];
  #images: Record<string, Image> = {};
  #id = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #waiting = false;

  constructor(
    private readonly send: (message: ToCameras) => void,
    private readonly clocks: Pick<ClockJoin, 'toMain'>,
    private readonly now: () => number,
  ) {}

  /** Cameras a pilot wants from now on; none ends it. */
  want(cameras: readonly CameraSpec[]): void {
    this.#wanted = cameras;
    this.#images = {};
    this.#waiting = false;
  }

  /** Called on each tick: asks for the next set when the last one is in. */
  poll(): void {
    if (this.#wanted.length === 0) return;
    const t = this.now();
    if (this.#waiting && t - this.#askedAt < 1) return;
    this.#waiting = true;
    this.#askedAt = t;
    this.send({ type: 'look', id: ++this.#id, cameras: this.#wanted });
  }

  receive(message: Extract<FromCameras, { type: 'look' }>): void {
    if (message.id !== this.#id) return;
    this.#waiting = false;
    for (const { camera, width, height, data, taken } of message.images) {
      this.#images[camera] = { width, height, data, t: this.clocks.toMain(taken) };
    }
  }

  /** The newest set once every wanted camera has answered, else undefined. */
  get images(): Readonly<Record<string, Image>> | undefined {
    if (this.#wanted.length === 0) return undefined;
    return this.#wanted.every((camera) => this.#images[camera.name]) ? this.#images : undefined;
  }
}
