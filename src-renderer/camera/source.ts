import type { CameraOffer } from '../../src-main/core/media';

/** A picture and when it was taken, seconds on `performance.now()`'s clock. */
export interface Picture {
  /** Stays the camera's own: use it before the next `grab`. */
  readonly canvas: OffscreenCanvas;
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
  close(): void;
}

/** A canvas that is read back often is kept in ordinary memory. */
export function pictureCanvas(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) throw new Error('This runtime cannot draw pictures');
  return [canvas, context];
}
