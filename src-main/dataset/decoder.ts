import type { VideoFrame } from '@napi-rs/webcodecs';
import { fault } from '../core/fault';
import { AreaScaler, toRgb } from './scale';

/** One encoded picture; `time` in whole microseconds comes back with the decoded one. */
export interface Packet {
  readonly key: boolean;
  readonly time: number;
  readonly data: Uint8Array;
}
export interface DecoderConfig {
  readonly codec: string;
  readonly codedWidth?: number;
  readonly codedHeight?: number;
  readonly description?: Uint8Array;
}
export interface SmallFrame {
  readonly time: number;
  /** H × W × 3; overwritten by the next frame. */
  readonly rgb: Uint8Array;
}

/** Packets given to the decoder before a picture must come out. More than its threads and any reordering hold back. */
const AHEAD = 64;

/**
 * Decodes packets (in decoding order, the first a key frame). Pictures are handed on in the order they are shown and
 * closed afterwards; `onFrame` returning false ends the work early. Rejects when the stream is damaged.
 */
export async function decodeVideo(
  config: DecoderConfig,
  packets: AsyncIterable<Packet> | Iterable<Packet>,
  onFrame: (frame: VideoFrame) => Promise<boolean | undefined>,
): Promise<void> {
  const { EncodedVideoChunk, VideoDecoder } = await import('@napi-rs/webcodecs').catch((error: unknown) => {
    throw fault(
      'no-engine',
      'This computer cannot decode video',
      'Run the set-up again, or train without cameras.',
      error,
    );
  });
  const ready: VideoFrame[] = [];
  const state: { failure?: Error; inside: number } = { inside: 0 };
  let wake = (): void => undefined;
  const decoder = new VideoDecoder({
    output: (frame) => {
      state.inside--;
      ready.push(frame);
      wake();
    },
    error: (error) => {
      state.failure ??= error;
      wake();
    },
  });
  // The native decoder does not keep Node's event loop alive; without this a process with nothing else to do ends here.
  const alive = setInterval(() => wake(), 50);
  let wanted = true;
  const drain = async () => {
    for (let frame = ready.shift(); frame; frame = ready.shift()) {
      try {
        if (wanted && (await onFrame(frame)) === false) wanted = false;
      } finally {
        frame.close();
      }
    }
    if (state.failure) throw state.failure;
  };
  try {
    decoder.configure({ ...config, hardwareAcceleration: 'prefer-software' });
    for await (const packet of packets) {
      if (!wanted) return;
      state.inside++;
      decoder.decode(
        new EncodedVideoChunk({ type: packet.key ? 'key' : 'delta', timestamp: packet.time, data: packet.data }),
      );
      await drain();
      while (wanted && state.inside >= AHEAD) {
        await new Promise<void>((done) => (wake = done));
        await drain();
      }
    }
    if (wanted) await decoder.flush();
    await drain();
  } finally {
    clearInterval(alive);
    for (const frame of ready) frame.close();
    if (decoder.state !== 'closed') decoder.close();
  }
}

/** As `decodeVideo`, each picture scaled to `size`. */
export function decodePackets(
  config: DecoderConfig,
  packets: AsyncIterable<Packet> | Iterable<Packet>,
  size: { readonly width: number; readonly height: number },
  onFrame: (frame: SmallFrame) => boolean | undefined,
): Promise<void> {
  const small = new Shrinker(size);
  return decodeVideo(config, packets, async (frame) =>
    onFrame({ time: frame.timestamp, rgb: await small.shrink(frame) }),
  );
}

/** Turns decoded pictures of any size into small RGB ones, keeping its buffers. */
class Shrinker {
  #key = '';
  #buffer = new Uint8Array(0);
  #scalers: readonly AreaScaler[] = [];
  readonly #rgb: Uint8Array;

  constructor(private readonly size: { readonly width: number; readonly height: number }) {
    this.#rgb = new Uint8Array(size.width * size.height * 3);
  }

  async shrink(frame: VideoFrame): Promise<Uint8Array> {
    checkFormat(frame);
    const { width, height } = frame.visibleRect;
    const planes = [
      { width, height },
      { width: Math.ceil(width / 2), height: Math.ceil(height / 2) },
      { width: Math.ceil(width / 2), height: Math.ceil(height / 2) },
    ];
    if (this.#key !== `${width}×${height}`) {
      this.#key = `${width}×${height}`;
      this.#buffer = new Uint8Array(frame.allocationSize());
      this.#scalers = planes.map((from) => new AreaScaler(from, this.size));
    }
    const layout = await frame.copyTo(this.#buffer);
    const [y, u, v] = planes.map((plane, p) => {
      const { offset, stride } = layout[p] ?? { offset: 0, stride: plane.width };
      const scaler = this.#scalers[p] as AreaScaler;
      return scaler.scale({ ...plane, data: this.#buffer, offset, stride });
    }) as [Float32Array, Float32Array, Float32Array];
    const { matrix, fullRange } = frame.colorSpace;
    toRgb(y, u, v, { matrix, fullRange }, this.#rgb);
    return this.#rgb;
  }
}

export function checkFormat(frame: VideoFrame): void {
  if (frame.format === 'I420') return;
  throw fault('incompatible', `A video has pixels of kind ${frame.format}`, 'Use 8-bit 4:2:0 video.');
}
