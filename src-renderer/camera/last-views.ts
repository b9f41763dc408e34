import { call } from '../bridge';
import { areaScale } from './downscale';
import { COLUMNS, ROWS, type Signature, signatureOf } from './signature';
import { type Picture, PixelReader } from './source';

const pixels = new PixelReader();
/** Seconds a stored video gets to show its first picture. */
const PATIENCE = 10;

export function signatureOfPicture(picture: Picture): Signature {
  const { data, width, height } = pixels.read(picture, picture.width, picture.height);
  return signatureOf(areaScale(data, width, height, COLUMNS, ROWS));
}

/** How each camera's view looked when the last demonstration began, by name. A video that does not open is left out. */
export async function lastViews(episode: number, slots: readonly string[]): Promise<ReadonlyMap<string, Signature>> {
  const videos = await call('dataset.videos', { index: episode });
  const views = new Map<string, Signature>();
  for (const slot of slots) {
    const video = videos[slot];
    const view = video ? await firstView(video.url, video.from).catch(() => null) : null;
    if (view) views.set(slot, view);
  }
  return views;
}

async function firstView(url: string, from: number): Promise<Signature> {
  const video = document.createElement('video');
  video.crossOrigin = 'anonymous'; // without it the browser does not let us look at the pixels
  video.muted = true;
  video.preload = 'auto';
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('too slow')), PATIENCE * 1000);
      video.addEventListener('loadeddata', () => {
        video.currentTime = from + 0.001;
      });
      video.addEventListener('seeked', () => {
        clearTimeout(late);
        resolve();
      });
      video.addEventListener('error', () => reject(new Error('unreadable')));
      video.src = url;
    });
    const { videoWidth: width, videoHeight: height } = video;
    const frame = new VideoFrame(video, { timestamp: 0 });
    try {
      return signatureOfPicture({ image: frame, width, height, taken: 0 });
    } finally {
      frame.close();
    }
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}
