import { fault } from '../../src-main/core/fault';
import type { CameraSpec } from '../../src-main/core/types';
import { cover } from './downscale';
import type { Bytes, EncoderOutput, FrameEncoder } from './session';
import { type Picture, pictureCanvas } from './source';

/** H.264 constrained baseline, level 3.1: up to 1280 × 720 at 30; plays and decodes everywhere. */
export const CODEC = 'avc1.42001f';
/** A key frame every so many frames: seeking in an episode decodes at most this many. */
export const GROUP = 10;

export const frameTime = (k: number, fps: number): number => Math.round((k * 1e6) / fps);
/** Inverse of `frameTime`: which row a packet belongs to. */
export const frameIndex = (timestamp: number, fps: number): number => Math.round((timestamp * fps) / 1e6);

/** About half a bit a pixel: the policy looks at these pictures, so they must not smear. */
const bitrateFor = (spec: CameraSpec, fps: number): number =>
  Math.max(600_000, Math.round(spec.width * spec.height * fps * 0.5));

/**
 * One camera's video of one take. `latencyMode` is `quality` because `realtime` allows the encoder to drop frames, and
 * every row must have exactly one.
 */
export function webCodecsEncoder(spec: CameraSpec, fps: number, out: EncoderOutput): FrameEncoder<Picture> {
  if (typeof VideoEncoder === 'undefined')
    throw fault('no-camera', 'This runtime cannot encode video', 'Use an Electron runtime with WebCodecs (see Setup).');
  const [canvas, context] = pictureCanvas(spec.width, spec.height);
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
    codec: CODEC,
    width: spec.width,
    height: spec.height,
    framerate: fps,
    bitrate: bitrateFor(spec, fps),
    latencyMode: 'quality',
    avc: { format: 'avc' },
  });
  return {
    encode: ({ canvas: from }, k) => {
      const fits = from.width === spec.width && from.height === spec.height;
      if (!fits) {
        const crop = cover(from.width, from.height, spec.width, spec.height);
        context.drawImage(from, crop.x, crop.y, crop.width, crop.height, 0, 0, spec.width, spec.height);
      }
      const times = { timestamp: frameTime(k, fps), duration: Math.round(1e6 / fps) };
      const frame = new VideoFrame(fits ? from : canvas, times);
      encoder.encode(frame, { keyFrame: k % GROUP === 0 });
      frame.close();
    },
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
