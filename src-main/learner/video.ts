import type { AbortSignalLike } from '../core/clock';
import { isFault } from '../core/fault';
import { buildFrameCache, type FrameCache } from '../dataset/frame-cache';
import { decodeFrames } from '../dataset/frames';
import type { FrameReader } from './images';
import { bytesOf, inMemory, type OpenPictures } from './pictures';

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

/** Why a cache cannot be had although the pictures can. */
const WITHOUT_CACHE: ReadonlySet<string> = new Set(['disk-full', 'read-only', 'permission', 'busy']);

/**
 * Pictures from the dataset's cache, decoded once for all trainings. Where no cache can be written they are decoded into
 * memory, as often as they are needed.
 */
export const cachedVideo =
  (signal?: AbortSignalLike): OpenPictures =>
  async (dataset, episodes, cameras) => {
    const sources: { cache: FrameCache; into: Uint8Array }[] = [];
    const close = () => {
      for (const { cache } of sources) cache.close();
    };
    try {
      for (const camera of cameras) {
        const cache = await buildFrameCache(dataset, {
          width: camera.width,
          height: camera.height,
          cameras: [camera.name],
          episodes: episodes.map((info) => info.index),
          signal,
        });
        sources.push({ cache, into: new Uint8Array(bytesOf(camera)) });
      }
      return {
        at: (camera, row) => {
          const source = sources[camera];
          if (!source) throw new RangeError(`there is no camera ${camera}`);
          source.cache.read(0, row, source.into);
          return source.into;
        },
        close,
      };
    } catch (error) {
      close();
      if (isFault(error) && WITHOUT_CACHE.has(error.kind)) return inMemory(readVideo)(dataset, episodes, cameras);
      throw error;
    }
  };
