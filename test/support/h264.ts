import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import type { EncodedFrame, EncodedVideo } from '../../src-main/core/episode';

export interface Clip {
  /** Pictures; each encoded one says when it was "taken". */
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly bitrate: number;
  /** RGBA of picture `k`, H × W × 4; the array may be used again for the next one. */
  pixels(k: number): Uint8Array;
  taken(k: number): number;
}

/** Encodes to H.264 as the app's page does, a key frame every second. */
export async function encodeH264({ count, width, height, bitrate, pixels, taken }: Clip): Promise<EncodedVideo> {
  const frames: EncodedFrame[] = [];
  let description: Uint8Array | undefined;
  const alive = setInterval(() => undefined, 100);
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({ key: chunk.type === 'key', data, t: taken(frames.length) });
      if (metadata?.decoderConfig?.description) description = new Uint8Array(metadata.decoderConfig.description);
    },
    error: (error) => {
      throw error;
    },
  });
  const codec = 'avc1.42001f';
  encoder.configure({
    codec,
    width,
    height,
    bitrate,
    framerate: 30,
    latencyMode: 'realtime',
    avc: { format: 'avc' },
  });
  for (let k = 0; k < count; k++) {
    const shape = { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: k * 33_333 } as const;
    const frame = new VideoFrame(pixels(k), shape);
    encoder.encode(frame, { keyFrame: k % 30 === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  clearInterval(alive);
  if (!description || frames.length !== count) throw new Error(`the encoder gave ${frames.length} of ${count} frames`);
  return { width, height, codec, description, frames };
}
