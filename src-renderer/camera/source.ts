import type { CameraOffer } from '../../src-main/core/media';

/** A picture and when it was taken, seconds on `performance.now()`'s clock. */
export interface Picture {
  /** Stays the camera's own, `width` × `height`: use it before the next `grab`, and do not close it. */
  readonly image: OffscreenCanvas | VideoFrame;
  readonly width: number;
  readonly height: number;
  readonly taken: number;
  /** The same number means the same picture, where a camera can tell; then it need not be drawn again. */
  readonly version?: number;
}

/** Anything that can be recorded and looked at: a simulated view, a webcam. */
export interface CameraSource {
  readonly offer: CameraOffer;
  /** Resolves when the first picture is there. Rejects with a `no-camera` fault. */
  ready(): Promise<void>;
  /**
   * The newest picture at the offer's size; with `maxAge` (seconds) one that somebody else took will do if it is no
   * older. Throws a `no-camera` fault when the camera is gone. Never waits.
   */
  grab(maxAge?: number): Picture;
  /** Another name from now on; only real cameras change theirs. */
  rename?(name: string): void;
  /** Pictures a second that came lately, where a camera has a rate of its own. */
  rate?(): number;
  close(): void;
}

/** A canvas that is read back often is kept in ordinary memory. */
export function pictureCanvas(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) throw new Error('This runtime cannot draw pictures');
  return [canvas, context];
}

/** Reads pictures back as RGBA, keeping one canvas for each size it meets. */
export class PixelReader {
  readonly #contexts = new Map<string, OffscreenCanvasRenderingContext2D>();

  /** The whole picture, squeezed into `width` × `height` by the browser's own scaling. */
  read({ image }: Picture, width: number, height: number): ImageData {
    const key = `${width}×${height}`;
    let context = this.#contexts.get(key);
    if (!context) {
      [, context] = pictureCanvas(width, height);
      this.#contexts.set(key, context);
    }
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }
}
