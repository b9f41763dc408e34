import { fault } from '../../src-main/core/fault';
import { bitrateOf, GROUP } from '../../src-main/core/h264';
import type { CameraSpec } from '../../src-main/core/types';
import type { Bytes, EncoderOutput, FrameEncoder } from './session';
import { type Picture, pictureCanvas } from './source';

/** H.264 levels: macroblocks (16 × 16 pixels) a frame and a second. ITU-T H.264, table A-1. */
const LEVELS = [
  { level: '1f', frame: 3_600, second: 108_000 }, // 3.1: 1280 × 720 at 30
  { level: '28', frame: 8_192, second: 245_760 }, // 4.0: 1920 × 1080 at 30
  { level: '2a', frame: 8_704, second: 522_240 }, // 4.2
  { level: '33', frame: 36_864, second: 983_040 }, // 5.1: 4096 × 2160 at 30
] as const;

/** H.264 constrained baseline, which plays and decodes everywhere, at the lowest level that allows the size and rate. */
export function codecFor({ width, height }: Pick<CameraSpec, 'width' | 'height'>, fps: number): string {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const found = LEVELS.find((l) => blocks <= l.frame && blocks * fps <= l.second);
  if (found) return `avc1.4200${found.level}`;
  throw fault(
    'no-camera',
    `${width} × ${height} at ${fps} is too much to record`,
    'Choose a smaller picture in Setup.',
  );
}

/** A rectangle of a picture, pixels. */
interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The largest centred part of a picture that has the wanted shape: nothing is stretched. */
export function cover(width: number, height: number, wantWidth: number, wantHeight: number): Crop {
  const scale = Math.min(width / wantWidth, height / wantHeight);
  const w = wantWidth * scale;
  const h = wantHeight * scale;
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}

export const frameTime = (k: number, fps: number): number => Math.round((k * 1e6) / fps);
/** Inverse of `frameTime`: which row a packet belongs to. */
export const frameIndex = (timestamp: number, fps: number): number => Math.round((timestamp * fps) / 1e6);

/**
 * One camera's video of one take. `latencyMode` is `quality` because `realtime` allows the encoder to drop frames, and
 * every row must have exactly one.
 */
export function webCodecsEncoder(spec: CameraSpec, fps: number, out: EncoderOutput): FrameEncoder<Picture> {
  if (typeof VideoEncoder === 'undefined')
    throw fault('no-camera', 'This runtime cannot encode video', 'Use an Electron runtime with WebCodecs (see Setup).');
  let scaled: ReturnType<typeof pictureCanvas> | null = null;
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const config = metadata?.decoderConfig;
      if (config?.description) out.config(config.codec, toBytes(config.description));
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      out.packet(frameIndex(chunk.timestamp, fps), chunk.type === 'key', data);
    },
    error: (error) => out.failed(error),
  });
  encoder.configure({
    codec: codecFor(spec, fps),
    width: spec.width,
    height: spec.height,
    framerate: fps,
    bitrate: bitrateOf(spec, fps),
    latencyMode: 'quality',
    avc: { format: 'avc' },
  });
  return {
    encode: ({ image, width, height }, k) => {
      let from = image;
      if (width !== spec.width || height !== spec.height) {
        scaled ??= pictureCanvas(spec.width, spec.height);
        const crop = cover(width, height, spec.width, spec.height);
        scaled[1].drawImage(image, crop.x, crop.y, crop.width, crop.height, 0, 0, spec.width, spec.height);
        from = scaled[0];
      }
      // A camera's own frame goes to the encoder as it is: only its time is replaced, no pixel is touched.
      const frame = new VideoFrame(from, { timestamp: frameTime(k, fps), duration: Math.round(1e6 / fps) });
      encoder.encode(frame, { keyFrame: k % GROUP === 0 });
      frame.close();
    },
    waiting: () => encoder.encodeQueueSize,
    flush: () => encoder.flush(),
    close: () => {
      if (encoder.state !== 'closed') encoder.close();
    },
  };
}

function toBytes(source: AllowSharedBufferSource): Bytes {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
  return new Uint8Array(source).slice();
}
