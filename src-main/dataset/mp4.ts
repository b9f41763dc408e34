import type { EncodedVideo } from '../core/episode';

/**
 * Puts encoded frames into an MP4 without touching them. Frame k is shown at exactly k / fps: the track's time base is
 * 1 / fps, so nothing is rounded (LeRobot tolerates 0.1 ms). Expects frames in display order (no B-frames), the first a
 * key frame. The index stands before the pictures, so a player can begin at once.
 */
export async function muxMp4(video: EncodedVideo, fps: number): Promise<Uint8Array> {
  const { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } = await import('mediabunny');
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  const decoderConfig = {
    codec: video.codec,
    codedWidth: video.width,
    codedHeight: video.height,
    description: video.description,
  };
  for (const [k, frame] of video.frames.entries()) {
    const packet = new EncodedPacket(frame.data, frame.key ? 'key' : 'delta', k / fps, 1 / fps);
    await source.add(packet, k === 0 ? { decoderConfig } : undefined);
  }
  await output.finalize();
  if (!output.target.buffer) throw new Error('the MP4 writer gave no bytes');
  return new Uint8Array(output.target.buffer);
}
