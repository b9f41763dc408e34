import type { EncodedFrame, EncodedVideo } from '../core/episode';
import type { FromCameras } from '../core/media';

type Config = Extract<FromCameras, { type: 'config' }>;
type Frame = Extract<FromCameras, { type: 'frame' }>;

/** What one camera has delivered of a take. Frames may come in any order among cameras; each is kept by its row. */
export class CameraTrack {
  readonly #frames = new Map<number, EncodedFrame>();
  #config: Config | null = null;
  #whole = 0;

  /** Whether it is news: a second configuration is ignored. */
  configure(config: Config): boolean {
    const first = this.#config === null;
    this.#config ??= config;
    return first;
  }

  /** `t`: when the picture was taken, on main's clock. Null for a second frame of the same row, which is ignored. */
  add({ k, key, data }: Frame, t: number): EncodedFrame | null {
    if (this.#frames.has(k)) return null;
    const frame = { key, data, t };
    this.#frames.set(k, frame);
    while (this.#frames.has(this.#whole)) this.#whole++;
    return frame;
  }

  /** Frames 0 … n-1 that are there without a hole and can be decoded: the first one is a key frame, the decoder is known. */
  get whole(): number {
    return this.#config && this.#frames.get(0)?.key ? this.#whole : 0;
  }

  /** The first `count` frames; `count` ≤ `whole`, which must not be 0. */
  video(count: number): EncodedVideo | null {
    if (!this.#config) return null;
    const { width, height, codec, description } = this.#config;
    const frames = Array.from({ length: count }, (_, k) => this.#frames.get(k)).filter((f) => f !== undefined);
    return { width, height, codec, description, frames };
  }
}
