import type { VideoFrame } from '@napi-rs/webcodecs';
import { fault } from '../../core/fault';
import { broken, even, strange } from './limits';
import { type Planes, rgbToPlanes } from './picture-encoder';

/** Packets given to the decoder before a picture must come out. */
const AHEAD = 64;
/** Milliseconds without a picture after which a decoder is given up. */
const PATIENCE = 20_000;

interface Packet {
  readonly type: 'key' | 'delta';
  /** Seconds. */
  readonly timestamp: number;
  readonly data: Uint8Array;
}
interface Config {
  readonly codec: string;
  readonly codedWidth?: number;
  readonly codedHeight?: number;
  readonly description?: AllowSharedBufferSource;
}
type AllowSharedBufferSource = ArrayBuffer | ArrayBufferView | SharedArrayBuffer;

/**
 * Decodes packets (decoding order, first a key frame) and hands on each picture at full size in the order they are
 * shown; `onPicture` returning false ends the work. One picture is in memory for each that the decoder holds.
 */
export async function decodeAll(
  file: string,
  config: Config,
  packets: AsyncIterable<Packet>,
  size: { readonly width: number; readonly height: number },
  onPicture: (planes: Planes, time: number) => Promise<boolean>,
): Promise<void> {
  const { EncodedVideoChunk, VideoDecoder } = await import('@napi-rs/webcodecs').catch((error: unknown) => {
    throw fault('no-engine', 'This computer cannot decode video', 'Run the set-up again.', error);
  });
  const ready: VideoFrame[] = [];
  const state: { failure?: Error; wake(): void; inside: number } = { wake: () => undefined, inside: 0 };
  const decoder = new VideoDecoder({
    output: (frame) => {
      state.inside--;
      ready.push(frame);
      state.wake();
    },
    error: (error) => {
      state.failure ??= error;
      state.wake();
    },
  });
  const fail = (error: unknown) => broken(file, `its video is damaged (${String(error)})`, error);
  const reader = new PlaneReader(file, size);
  let wanted = true;
  const drain = async (): Promise<void> => {
    for (let frame = ready.shift(); frame; frame = ready.shift()) {
      try {
        if (wanted) wanted = await onPicture(await reader.read(frame), frame.timestamp / 1e6);
      } finally {
        frame.close();
      }
    }
    if (state.failure) throw fail(state.failure.message);
  };
  // The native decoder does not keep Node's event loop alive; these timers do.
  const alive = setInterval(() => undefined, 50);
  const pause = (): Promise<void> =>
    new Promise((done, refuse) => {
      const timer = setTimeout(() => refuse(fail('the decoder does not answer')), PATIENCE);
      state.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  try {
    const { description, codec, codedWidth, codedHeight } = config;
    decoder.configure({
      codec,
      ...(codedWidth && codedHeight && { codedWidth, codedHeight }),
      ...(description && { description: bytes(description) }),
      hardwareAcceleration: 'prefer-software',
    });
    for await (const { type, timestamp, data } of packets) {
      if (!wanted) return;
      state.inside++;
      decoder.decode(new EncodedVideoChunk({ type, timestamp: Math.round(timestamp * 1e6), data }));
      await drain();
      while (wanted && state.inside >= AHEAD) {
        await pause();
        await drain();
      }
    }
    if (wanted) {
      await Promise.race([decoder.flush().catch((error: unknown) => Promise.reject(fail(error))), late(fail)]);
      await drain();
    }
  } finally {
    clearInterval(alive);
    for (const frame of ready) frame.close();
    if (decoder.state !== 'closed') decoder.close();
  }
}

const late = (fail: (why: string) => Error): Promise<never> =>
  new Promise((_, refuse) => {
    setTimeout(() => refuse(fail('the decoder does not answer')), PATIENCE).unref();
  });

const bytes = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

/** Turns decoded pictures into 4:2:0 planes of the wanted size, keeping its buffers. */
class PlaneReader {
  #buffer = new Uint8Array(0);
  readonly #out: Uint8Array;

  constructor(
    private readonly file: string,
    private readonly size: { readonly width: number; readonly height: number },
  ) {
    this.#out = new Uint8Array((size.width * size.height * 3) / 2);
  }

  async read(frame: VideoFrame): Promise<Planes> {
    const { width, height } = this.size;
    const rect = frame.visibleRect;
    if (!rect || even(rect.width) !== width || even(rect.height) !== height)
      throw broken(this.file, `it has a picture of ${rect?.width}×${rect?.height} pixels, not ${width}×${height}`);
    const { matrix, fullRange } = frame.colorSpace;
    const plain = frame.format === 'I420' && fullRange !== true && matrix !== 'bt709' && !/^bt2020/.test(matrix ?? '');
    const options = plain ? {} : { format: 'RGBA' as const };
    const need = frame.allocationSize(options);
    if (this.#buffer.length < need) this.#buffer = new Uint8Array(need);
    const layout = await frame.copyTo(this.#buffer, options).catch((error: unknown) => {
      throw strange(
        this.file,
        `its pixels (${frame.format}) cannot be read (${String(error)})`,
        'Use 8-bit 4:2:0 video.',
      );
    });
    if (!plain) return rgbToPlanes(this.#buffer, rect.width, rect.height, this.#out, 4);
    const planes = [
      { width, height },
      { width: width / 2, height: height / 2 },
      { width: width / 2, height: height / 2 },
    ];
    let to = 0;
    for (const [p, plane] of planes.entries()) {
      const { offset, stride } = layout[p] ?? { offset: 0, stride: 0 };
      for (let y = 0; y < plane.height; y++, to += plane.width)
        this.#out.set(this.#buffer.subarray(offset + y * stride, offset + y * stride + plane.width), to);
    }
    return { width, height, data: this.#out };
  }
}
