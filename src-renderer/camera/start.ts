import type { ToCameras } from '../../src-main/core/media';
import { cameras } from './cameras';
import { areaScale } from './downscale';
import { webCodecsEncoder } from './encoder';
import { CameraSession } from './session';
import { type Picture, PixelReader } from './source';

/** Joins this window's cameras to main's recorder and policies over the media port. */
export function startCameras(port: MessagePort): CameraSession<Picture> {
  const pixels = new PixelReader();
  const session = new CameraSession<Picture>({
    now: () => performance.now() / 1000,
    camera: (name) => {
      const source = cameras.get(name);
      if (!source) return undefined;
      return {
        ready: () => source.ready(),
        grab: () => {
          const picture = source.grab();
          return { picture, taken: picture.taken };
        },
      };
    },
    offers: () => cameras.offers(),
    onOffers: (listener) => cameras.changed.on(listener),
    makeEncoder: webCodecsEncoder,
    toRgb: (picture, spec) => {
      const { data, width, height } = pixels.read(picture, picture.width, picture.height);
      // The whole picture, squeezed: as the trainer shrinks recorded frames (dataset/frames.ts). Cutting would show the
      // policy another world than it learned from.
      return areaScale(data, width, height, spec.width, spec.height);
    },
    // Copied, not transferred: Electron's main side of a message port does not take over a page's buffers.
    post: (message) => port.postMessage(message),
  });
  port.onmessage = (event: MessageEvent<ToCameras>) => session.handle(event.data);
  return session;
}
