import type { EncodedFrame, EncodedVideo, VideoSegment } from '../../core/episode';
import { withVideo } from '../../dataset/segment';

/** What is wanted of one camera of one episode. */
export interface ClipRequest {
  readonly segment: VideoSegment;
  /** Frames in the segment: the episode's recorded rows. */
  readonly frames: number;
  /** When each of them was taken, seconds. */
  readonly taken: readonly number[];
}

/**
 * The segment's frames as they are encoded, frame 0 first. Null when they cannot be taken as they are: another codec
 * than H.264, a first frame that needs earlier ones, or frames that are not stored in the order they are shown.
 */
export function copyClip({ segment, frames, taken }: ClipRequest): Promise<EncodedVideo | null> {
  const { file, from, to } = segment;
  const step = (to - from) / frames;
  return withVideo(file, async ({ config, packets }) => {
    const { codec, description, width, height } = config;
    if (!description || !/^avc1\./.test(codec)) return null;
    const found: EncodedFrame[] = [];
    for await (const { key, time, data } of packets(from + step / 2)) {
      const k = found.length;
      if (k === frames) break;
      if (Math.round((time / 1e6 - from) / step) !== k || (k === 0 && !key)) return null;
      found.push({ key, data, t: taken[k] ?? 0 });
    }
    return found.length === frames ? { width, height, codec, description, frames: found } : null;
  });
}
