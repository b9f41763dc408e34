import type { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import type { EncodedFrame, EncodedVideo } from '../../core/episode';
import { fault } from '../../core/fault';
import { bitrateOf, GROUP } from '../../core/h264';
import { broken, even, VIDEO_BUDGET } from './limits';

/** Pictures given to the encoder before one must come out: bounds memory. */
const AHEAD = 8;

/** H.264 levels by macroblocks a frame (ITU-T H.264, table A-1). */
const LEVELS = [
  [3600, '1f'],
  [8192, '28'],
  [22_080, '32'],
  [36_864, '33'],
  [139_264, '3c'],
] as const;

/** Pixels of one picture: 4:2:0 planes one after the other, of even size. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  /** Y (W × H), U and V (W/2 × H/2); limited range. */
  readonly data: Uint8Array;
}

export interface EncoderPlan {
  /** Named in faults. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frames: number;
  /** Cameras that share the episode's budget of bytes. */
  readonly cameras: number;
}

/** As in what we record; less where a long episode would not fit in memory. */
function bitrateFor({ fps, frames, cameras, ...size }: EncoderPlan): number {
  const seconds = frames / fps;
  const affordable = (VIDEO_BUDGET * 8 * 0.7) / (cameras * seconds);
  return Math.round(Math.max(200_000, Math.min(bitrateOf(size, fps), affordable)));
}

/** One camera's video of one episode: picture k becomes frame k. Constrained baseline H.264, no reordering. */
export class PictureEncoder {
  readonly #frames: EncodedFrame[] = [];
  #description: Uint8Array | undefined;
  #failure: Error | undefined;
  #bytes = 0;
  #wake = (): void => undefined;

  private constructor(
    private readonly plan: EncoderPlan,
    private readonly encoder: VideoEncoder,
    private readonly Frame: typeof VideoFrame,
  ) {}

  static async open(plan: EncoderPlan): Promise<PictureEncoder> {
    const codecs = await import('@napi-rs/webcodecs').catch((error: unknown) => {
      throw fault('no-engine', 'This computer cannot encode video', 'Run the set-up again.', error);
    });
    const encoder = new codecs.VideoEncoder({
      output: (chunk, metadata) => {
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        const description = metadata?.decoderConfig?.description;
        if (description) mine.#description = new Uint8Array(description);
        mine.#take(chunk.type === 'key', chunk.timestamp, data);
      },
      error: (error) => mine.#fail(error),
    });
    const mine = new PictureEncoder(plan, encoder, codecs.VideoFrame);
    const blocks = Math.ceil(plan.width / 16) * Math.ceil(plan.height / 16);
    const level = LEVELS.find(([most]) => blocks <= most)?.[1] ?? '3c';
    encoder.configure({
      codec: `avc1.4200${level}`,
      width: plan.width,
      height: plan.height,
      framerate: plan.fps,
      bitrate: bitrateFor(plan),
      latencyMode: 'quality',
      avc: { format: 'avc' },
    });
    return mine;
  }

  #take(key: boolean, timestamp: number, data: Uint8Array): void {
    if (timestamp !== this.#time(this.#frames.length)) this.#fail(new Error('the encoder reorders frames'));
    this.#frames.push({ key, data, t: 0 });
    this.#bytes += data.byteLength;
    if (this.#bytes > VIDEO_BUDGET * 1.5)
      this.#fail(new Error('its video is too large; split it into shorter episodes'));
    this.#wake();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  #time(k: number): number {
    return Math.round((k * 1e6) / this.plan.fps);
  }

  /** Encodes picture `k`; resolves when there is room for the next one. The pixels may be overwritten then. */
  async add(k: number, { width, height, data }: Planes): Promise<void> {
    const frame = new this.Frame(data, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: this.#time(k),
      duration: Math.round(1e6 / this.plan.fps),
    });
    this.encoder.encode(frame, { keyFrame: k % GROUP === 0 });
    frame.close();
    // The native encoder does not keep Node's event loop alive; the timer does, and looks again.
    while (!this.#failure && this.encoder.encodeQueueSize >= AHEAD) await this.#woken();
    this.#check();
  }

  #woken(): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, 20);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  #check(): void {
    const { file } = this.plan;
    if (this.#failure) throw broken(file, `encoding its video failed (${this.#failure.message})`, this.#failure);
  }

  /** The whole video; `times` says when each picture was taken, seconds. */
  async finish(times: readonly number[]): Promise<EncodedVideo> {
    const { width, height, file, frames } = this.plan;
    const alive = setInterval(() => undefined, 50);
    try {
      await this.encoder.flush();
    } finally {
      clearInterval(alive);
    }
    this.#check();
    const description = this.#description;
    if (!description || this.#frames.length !== frames)
      throw broken(file, `the encoder gave ${this.#frames.length} of ${frames} frames`);
    const [, profile = 0, compatibility = 0, level = 0] = description;
    const hex = (byte: number) => byte.toString(16).padStart(2, '0');
    return {
      width,
      height,
      codec: `avc1.${hex(profile)}${hex(compatibility)}${hex(level)}`,
      description,
      frames: this.#frames.map((frame, k) => ({ ...frame, t: times[k] ?? 0 })),
    };
  }

  close(): void {
    if (this.encoder.state !== 'closed') this.encoder.close();
  }
}

/**
 * H × W × 3 bytes (RGB, row by row, `width` × `height` pixels) as limited-range BT.601 planes of even size: what an
 * unmarked video is taken for. `out` is filled and returned.
 */
export function rgbToPlanes(rgb: Uint8Array, width: number, height: number, out: Uint8Array, step: 3 | 4 = 3): Planes {
  const w = even(width);
  const h = even(height);
  const half = w / 2;
  const u = w * h;
  const v = u + (half * h) / 2;
  for (let y = 0; y < h; y += 2) {
    for (let x = 0; x < w; x += 2) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let i = 0; i < 4; i++) {
        const row = y + (i >> 1);
        const column = x + (i & 1);
        const at = (row * width + column) * step;
        const red = rgb[at] as number;
        const green = rgb[at + 1] as number;
        const blue = rgb[at + 2] as number;
        out[row * w + column] = ((66 * red + 129 * green + 25 * blue + 128) >> 8) + 16;
        r += red;
        g += green;
        b += blue;
      }
      const at = (y / 2) * half + x / 2;
      out[u + at] = ((-38 * r - 74 * g + 112 * b + 512) >> 10) + 128;
      out[v + at] = ((112 * r - 94 * g - 18 * b + 512) >> 10) + 128;
    }
  }
  return { width: w, height: h, data: out.length === v + (half * h) / 2 ? out : out.subarray(0, v + (half * h) / 2) };
}
