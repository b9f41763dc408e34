import type { EncodedVideo } from '../core/episode';
import { misfit } from './errors';

/** The kinds of video that LeRobot datasets hold, by the beginning of their WebCodecs codec string. */
const KINDS = {
  avc1: 'avc',
  avc3: 'avc',
  hvc1: 'hevc',
  hev1: 'hevc',
  av01: 'av1',
  vp09: 'vp9',
  vp8: 'vp8',
} as const;
export type VideoKind = (typeof KINDS)[keyof typeof KINDS];

export function kindOf(codec: string): VideoKind {
  const found = Object.entries(KINDS).find(([prefix]) => codec.startsWith(prefix));
  if (found) return found[1];
  throw misfit(`A video is encoded as ${codec}, which cannot be kept in an MP4`);
}

/** What an MP4 is made of; `description` is absent for codecs that carry it in the stream. */
export interface Stream extends Pick<EncodedVideo, 'width' | 'height' | 'codec'> {
  readonly description?: Uint8Array;
  readonly frames: readonly { readonly key: boolean; readonly data: Uint8Array }[];
}

/**
 * Puts encoded frames into an MP4 without touching them. Frame k is shown at exactly k / fps: the track's time base is
 * 1 / fps, so nothing is rounded (LeRobot tolerates 0.1 ms). Expects frames in display order (no B-frames), the first a
 * key frame. The index stands before the pictures, so a player can begin at once.
 */
export async function muxMp4(video: Stream, fps: number): Promise<Uint8Array> {
  const { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } = await import('mediabunny');
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource(kindOf(video.codec));
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  const decoderConfig = {
    codec: video.codec,
    codedWidth: video.width,
    codedHeight: video.height,
    ...(video.description && { description: video.description }),
  };
  for (const [k, frame] of video.frames.entries()) {
    const packet = new EncodedPacket(frame.data, frame.key ? 'key' : 'delta', k / fps, 1 / fps);
    await source.add(packet, k === 0 ? { decoderConfig } : undefined);
  }
  await output.finalize();
  if (!output.target.buffer) throw new Error('the MP4 writer gave no bytes');
  return new Uint8Array(output.target.buffer);
}
