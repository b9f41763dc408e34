import { decodePackets, type Packet } from './decoder';
import { corrupt } from './errors';
import { withVideo } from './segment';

export interface FrameRequest {
  /** The segment of the file, seconds (see `Dataset.video`). */
  readonly from: number;
  readonly to: number;
  /** Frames in it: the episode's rows. */
  readonly count: number;
  /** Wanted size, pixels. */
  readonly width: number;
  readonly height: number;
  /** Called for k = 0 … count-1 in order; `rgb` is H × W × 3 bytes and overwritten by the next call. */
  readonly onFrame: (k: number, rgb: Uint8Array) => void;
}

/**
 * Decodes an episode's video to small RGB frames: area averages, colours by the file's own matrix and range. Rejects
 * with a `corrupt` fault when the file holds fewer frames than rows, so that a picture is never shown to the wrong row.
 */
export async function decodeFrames(file: string, request: FrameRequest): Promise<void> {
  const { from, to, count, width, height, onFrame } = request;
  const frame = (to - from) / count;
  let next = 0;
  await withVideo(file, async ({ config, packets }) => {
    const { codec, codedWidth, codedHeight, description } = config;
    const wanted = async function* (): AsyncGenerator<Packet> {
      // Some way past the end, for the sake of videos whose packets are not in the order they are shown.
      for await (const packet of packets(from + frame / 2)) {
        if (packet.time / 1e6 > to + 16 * frame) return;
        yield packet;
      }
    };
    await decodePackets(
      { codec, codedWidth, codedHeight, ...(description && { description }) },
      wanted(),
      { width, height },
      ({ time, rgb }) => {
        const k = Math.round((time / 1e6 - from) / frame);
        if (k < 0) return true;
        if (k !== next) throw corrupt(file, `frame ${next} is missing or out of place`);
        onFrame(k, rgb);
        return ++next < count;
      },
    );
  });
  if (next !== count) throw corrupt(file, `it holds ${next} frames for ${count} rows`);
}
