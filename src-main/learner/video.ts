import { decodeFrames } from '../dataset/frames';
import type { FrameReader } from './images';

/** Pictures from the dataset's videos, made small while they are decoded. */
export const readVideo: FrameReader = (dataset, episode, { name, width, height }, into) => {
  const { file, from, to } = dataset.video(episode.index, name);
  const bytes = width * height * 3;
  return decodeFrames(file, {
    from,
    to,
    count: episode.length,
    width,
    height,
    onFrame: (k, rgb) => into.set(rgb, k * bytes),
  });
};
