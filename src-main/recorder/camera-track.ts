import type { EncodedFrame, EncodedVideo } from '../core/episode';
import type { FromCameras } from '../core/media';

type Config = Extract<FromCameras, { type: 'config' }>;
type Frame = Extract<FromCameras, { type: 'frame' }>;

/** What one camera has delivered of a take. Frames may come in any order among cameras; each is kept by its row. */
export class CameraTrack {
  readonly #frames = new Map<number, EncodedFrame>();
  #config: Config | null = null;
  #whole = 0;

  configure(config: Config): void {
    this.#config ??= config;
  }

  /** `t`: when the picture was taken, on main's clock. A second frame for the same row is ignored. */
  add(frame: Frame, t: number): void {
    if (this.#frames.has(frame.k)) return;
    this.#frames.set(frame.k, { key: frame.key, data: frame.data, t });
    while (this.#frames.has(this.#whole)) this.#whole++;
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
