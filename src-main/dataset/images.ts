import type { EncodedVideo } from '../core/episode';
import { decodePackets } from './decoder';
import { type FeatureStats, statsOf } from './stats';

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
};
/** Frames looked at, and their size: enough for a normaliser, cheap enough to be done while a person waits. */
const FRAMES = 6;
const WIDTH = 80;
const PATIENCE = 2000;

/**
 * Pixel statistics per colour channel of an episode's video. Looks at key frames only, spread over the episode, since
 * they can be decoded without the others. Where no decoder works the statistics are those of uniform noise.
 */
export async function imageStats(video: EncodedVideo): Promise<FeatureStats> {
  const keys = video.frames.filter((frame) => frame.key);
  const step = Math.max(1, keys.length / FRAMES);
  const chosen = keys.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  const packets = chosen.map((frame, i) => ({ key: true, time: i * 1000, data: frame.data }));
  const size = {
    width: Math.min(WIDTH, video.width),
    height: Math.max(1, Math.round((WIDTH * video.height) / video.width)),
  };
  const pixels: number[][] = [[], [], []];
  let frames = 0;
  const { codec, description, width: codedWidth, height: codedHeight } = video;
  const work = decodePackets({ codec, description, codedWidth, codedHeight }, packets, size, ({ rgb }) => {
    frames++;
    for (let i = 0; i < rgb.length; i++) pixels[i % 3]?.push((rgb[i] as number) / 255);
    return true;
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error('the decoder does not answer')), PATIENCE);
  });
  try {
    await Promise.race([work, tooLong]);
    return frames > 0 ? { ...statsOf(pixels), count: frames } : UNIFORM;
  } catch {
    work.catch(() => undefined);
    return UNIFORM;
  } finally {
    clearTimeout(timer);
  }
}
