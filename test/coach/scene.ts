import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import type { EncodedFrame, EncodedVideo } from '../../src-main/core/episode';

export const WIDTH = 160;
export const HEIGHT = 120;

/** Grey value of pixel x, y in picture k, 0–255. */
export type Paint = (x: number, y: number, k: number) => number;

const noise = (x: number, y: number, seed: number): number => {
  const v = Math.sin(x * 12.9898 + y * 78.233 + seed * 37.719) * 43758.5453;
  return v - Math.floor(v);
};

/** A table with a pattern and some dirt on it, light at the top (`front`) or on the left (`wrist`), and an arm that moves. */
export const scene =
  (camera: 'front' | 'wrist'): Paint =>
  (x, y, k) => {
    const arm = 20 + ((k * 1.1) % 110);
    if (Math.abs(x - arm) < 9 && y > 30) return 235;
    const light = camera === 'front' ? 150 - 0.8 * y : 40 + 0.8 * x;
    const squares = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0 ? 18 : -18;
    return light + squares + 14 * (noise(x, y, camera === 'front' ? 1 : 2) - 0.5);
  };

export const dim =
  (paint: Paint, by: number): Paint =>
  (x, y, k) =>
    paint(x, y, k) * by;

export const glare =
  (paint: Paint): Paint =>
  (x, y, k) =>
    x > 50 ? 255 : paint(x, y, k) * 1.3;

/** Mean of 7 × 7 pixels: out of focus. */
export const soften =
  (paint: Paint): Paint =>
  (x, y, k) => {
    let sum = 0;
    for (let i = -3; i <= 3; i++) for (let j = -3; j <= 3; j++) sum += paint(x + i, y + j, k);
    return sum / 49;
  };

/** Shows the picture of row `at` from then on. */
export const freeze =
  (paint: Paint, at: number): Paint =>
  (x, y, k) =>
    paint(x, y, Math.min(k, at));

/** Encodes to H.264 as the app's page does, a key frame every second. `times`: when each picture was taken. */
export async function film(paint: Paint, times: readonly number[]): Promise<EncodedVideo> {
  const frames: EncodedFrame[] = [];
  let description: Uint8Array | undefined;
  const alive = setInterval(() => undefined, 100);
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({ key: chunk.type === 'key', data, t: times[frames.length] ?? 0 });
      if (metadata?.decoderConfig?.description) description = new Uint8Array(metadata.decoderConfig.description);
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({
    codec: 'avc1.42001f',
    width: WIDTH,
    height: HEIGHT,
    bitrate: 2_000_000,
    framerate: 30,
    latencyMode: 'realtime',
    avc: { format: 'avc' },
  });
  for (let k = 0; k < times.length; k++) {
    const pixels = new Uint8Array(WIDTH * HEIGHT * 4);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const grey = Math.max(0, Math.min(255, Math.round(paint(x, y, k))));
        pixels.set([grey, grey, grey, 255], 4 * (y * WIDTH + x));
      }
    }
    const options = { format: 'RGBA', codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: k * 33_333 } as const;
    const frame = new VideoFrame(pixels, options);
    encoder.encode(frame, { keyFrame: k % 30 === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  clearInterval(alive);
  if (!description || frames.length !== times.length) throw new Error('the encoder lost frames');
  return { width: WIDTH, height: HEIGHT, codec: 'avc1.42001f', description, frames };
}
