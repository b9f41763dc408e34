import type { EpisodeInfo } from '../../../src-main/core/episode';
import { call } from '../../bridge';
import { frameTime } from '../../state/demos/playback';
import { ThumbnailCache } from '../../state/demos/thumbnails';

/** Pixels; twice what is shown, for sharp screens. */
const WIDTH = 112;
const PATIENCE = 8000;

/** The one video element in which all small pictures are looked up, one after another. */
async function grab(episode: EpisodeInfo): Promise<ImageBitmap | null> {
  if (episode.cameras.length === 0) return null;
  const videos = await call('dataset.videos', { index: episode.index });
  const [first] = Object.values(videos);
  if (!first) return null;
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  try {
    const known = settled(video, 'loadedmetadata');
    video.src = first.url;
    if ((await known) === 'broken') return null;
    const rate = episode.duration > 0 ? episode.length / episode.duration : 30;
    // The middle says more than the start: there the hand is at the thing.
    const ready = settled(video, 'seeked');
    video.currentTime = first.from + frameTime(Math.floor(episode.length / 2), rate);
    if ((await ready) === 'broken') return null;
    const height = Math.round((WIDTH * video.videoHeight) / Math.max(1, video.videoWidth));
    return await createImageBitmap(video, { resizeWidth: WIDTH, resizeHeight: Math.max(1, height) });
  } finally {
    video.removeAttribute('src');
    video.load(); // lets go of the decoder
  }
}

/** Rejects when it takes too long. */
function settled(video: HTMLVideoElement, event: 'loadedmetadata' | 'seeked'): Promise<'there' | 'broken'> {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error('too slow')), PATIENCE);
    const end = (what: 'there' | 'broken') => () => {
      clearTimeout(late);
      done(what);
    };
    video.addEventListener(event, end('there'), { once: true });
    video.addEventListener('error', end('broken'), { once: true });
  });
}

export const thumbnails = new ThumbnailCache<EpisodeInfo, ImageBitmap>(grab);

/** Changes when the pictures of an episode do: a trimmed one is another. */
export const pictureKey = (e: EpisodeInfo): string => `${e.id} ${e.length} ${e.cameras.join()}`;
