import type { EncodedVideo } from '../core/episode';
import { checkFormat, type DecoderConfig, decodeVideo, type Packet } from './decoder';
import { PixelStats, sampledFrames } from './pixel-stats';
import { type Segment, withVideo } from './segment';
import { type FeatureStats, gathered } from './stats';

/** Statistics of pixels that were never looked at: uniform in 0–1. Counted as one frame, so real ones outweigh it. */
const UNIFORM: FeatureStats = {
  min: [0, 0, 0],
  max: [1, 1, 1],
  mean: [0.5, 0.5, 0.5],
  std: [0.2887, 0.2887, 0.2887],
  q01: [0.01, 0.01, 0.01],
  q10: [0.1, 0.1, 0.1],
  q50: [0.5, 0.5, 0.5],
  q90: [0.9, 0.9, 0.9],
  q99: [0.99, 0.99, 0.99],
  count: 1,
  image: true,
};
/** Without a picture for so long the decoder is given up. Milliseconds. */
const PATIENCE = 10_000;

/** Pixel statistics per colour channel of an episode's video. Where no decoder works they are those of uniform noise. */
export function imageStats(video: EncodedVideo): Promise<FeatureStats> {
  const { codec, description, width: codedWidth, height: codedHeight, frames } = video;
  const packets = frames.map(({ key, data }, k) => ({ key, data, time: k }));
  return lookAt({ codec, description, codedWidth, codedHeight }, packets, frames.length, (time) => time);
}

/** The same for a part of a video, whose file may be a path or its bytes. */
export async function videoStats(
  { file, from, count }: Omit<Segment, 'file'> & { readonly file: string | Uint8Array },
  fps: number,
): Promise<FeatureStats> {
  try {
    return await withVideo(file, async ({ config, packets }) => {
      const { codec, codedWidth, codedHeight, description } = config;
      const start = packets(from + 0.5 / fps);
      const number = (time: number) => Math.round((time / 1e6 - from) * fps);
      return lookAt({ codec, codedWidth, codedHeight, ...(description && { description }) }, start, count, number);
    });
  } catch {
    return UNIFORM;
  }
}

/** `number` turns a picture's time into its place among the `count` of the episode; others are decoded and passed over. */
async function lookAt(
  config: DecoderConfig,
  packets: AsyncIterable<Packet> | Iterable<Packet>,
  count: number,
  number: (time: number) => number,
): Promise<FeatureStats> {
  const wanted = new Set(sampledFrames(count));
  const pixels = new PixelStats();
  let buffer = new Uint8Array(0);
  let timer: NodeJS.Timeout | undefined;
  const work = decodeVideo(config, packets, async (frame) => {
    timer?.refresh();
    if (wanted.delete(number(frame.timestamp))) {
      checkFormat(frame);
      if (buffer.length < frame.allocationSize()) buffer = new Uint8Array(frame.allocationSize());
      const layout = await frame.copyTo(buffer);
      const { width, height } = frame.visibleRect;
      const { matrix, fullRange } = frame.colorSpace;
      pixels.add({ data: buffer, layout, width, height }, { matrix, fullRange });
    }
    return wanted.size > 0;
  });
  const tooLong = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error('the decoder does not answer')), PATIENCE);
  });
  try {
    await Promise.race([work, tooLong]);
    return pixels.frames > 0 ? gathered(pixels.result(), pixels.frames, true) : UNIFORM;
  } catch {
    work.catch(() => undefined);
    return UNIFORM;
  } finally {
    clearTimeout(timer);
  }
}
