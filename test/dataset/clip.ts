import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import type { EncodedFrame, EncodedVideo } from '../../src-main/core/episode';

export type Rgb = readonly [number, number, number];

/** Encodes `count` pictures to H.264 as the app's renderer does. `paint` gives each one's colour, left and right half. */
export async function encodeClip(
  count: number,
  width = 64,
  height = 48,
  paint: (k: number) => readonly [Rgb, Rgb] = greyRamp,
): Promise<EncodedVideo> {
  const frames: EncodedFrame[] = [];
  let description: Uint8Array | undefined;
  const alive = setInterval(() => undefined, 100);
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({ key: chunk.type === 'key', data, t: 0 });
      if (metadata?.decoderConfig?.description) description = new Uint8Array(metadata.decoderConfig.description);
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({
    codec: 'avc1.42001f',
    width,
    height,
    bitrate: 1_000_000,
    framerate: 30,
    latencyMode: 'realtime',
    avc: { format: 'avc' },
  });
  for (let k = 0; k < count; k++) {
    const [left, right] = paint(k);
    const pixels = new Uint8Array(width * height * 4);
    const words = new Uint32Array(pixels.buffer);
    const word = ([r, g, b]: Rgb) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    for (let y = 0; y < height; y++) {
      words.fill(word(left), y * width, y * width + width / 2);
      words.fill(word(right), y * width + width / 2, (y + 1) * width);
    }
    const frame = new VideoFrame(pixels, {
      format: 'RGBA',
      codedWidth: width,
      codedHeight: height,
      timestamp: k * 33_333,
    });
    encoder.encode(frame, { keyFrame: k % 30 === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  clearInterval(alive);
  if (!description || frames.length !== count) throw new Error(`the encoder gave ${frames.length} of ${count} frames`);
  return { width, height, codec: 'avc1.42001f', description, frames };
}

/** Picture k tells its own number: 2 levels of grey a frame. */
export const greyRamp = (k: number): readonly [Rgb, Rgb] => [
  [k * 2, k * 2, k * 2],
  [255 - k * 2, 255 - k * 2, 255 - k * 2],
];
