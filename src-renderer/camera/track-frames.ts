import { pictureCanvas } from './source';

/** Chromium's reader of a track's frames (mediacapture-transform); not in TypeScript's DOM library. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
declare const MediaStreamTrackProcessor: new (init: {
  track: MediaStreamTrack;
  maxBufferSize?: number;
}) => TrackProcessor;

/** So many frames are looked back on to join the camera's clock to the page's. */
const RECENT = 150;

/**
 * When a frame was taken, on the page's clock. A frame's timestamp is exact but of an epoch of its own, its arrival is
 * late by a varying bit: the least late of the recent ones ties the two together.
 */
export class FrameClock {
  readonly #leads: number[] = [];

  /** `timestamp`: the frame's own, seconds. `arrived`: page's clock, seconds. */
  taken(timestamp: number, arrived: number): number {
    this.#leads.push(arrived - timestamp);
    if (this.#leads.length > RECENT) this.#leads.shift();
    return timestamp + Math.min(...this.#leads);
  }
}

/** A frame out of the camera's own few buffers, and its bytes as the camera gave them. Who gets it closes `frame`. */
export interface TakenFrame {
  readonly frame: VideoFrame;
  /** Overwritten by the next one. */
  readonly bytes: Uint8Array;
  readonly taken: number;
}

/**
 * Every frame of a camera's track as it comes. Better than a video element: no colour is converted, and a busy compositor
 * drops none. Each is copied once and given back at once, for a camera has three buffers and stops when they are held.
 * Resolves when the track ends.
 */
export async function readFrames(track: MediaStreamTrack, seen: (taken: TakenFrame) => void): Promise<void> {
  const clock = new FrameClock();
  const copier = new FrameCopier();
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done || !frame) return;
    try {
      const taken = clock.taken(frame.timestamp / 1e6, performance.now() / 1000);
      seen({ ...(await copier.copy(frame)), taken });
    } finally {
      frame.close();
    }
  }
}

class FrameCopier {
  #bytes = new Uint8Array(0);
  #canvas: ReturnType<typeof pictureCanvas> | null = null;

  async copy(frame: VideoFrame): Promise<Pick<TakenFrame, 'frame' | 'bytes'>> {
    const { format, timestamp, visibleRect, colorSpace } = frame;
    if (!format || !visibleRect) return this.#draw(frame);
    const size = frame.allocationSize();
    if (this.#bytes.length !== size) this.#bytes = new Uint8Array(size);
    const layout = await frame.copyTo(this.#bytes);
    const { width: codedWidth, height: codedHeight } = visibleRect;
    const init = { format, codedWidth, codedHeight, timestamp, layout, colorSpace: colorSpace.toJSON() };
    return { frame: new VideoFrame(this.#bytes, init), bytes: this.#bytes };
  }

  /** Depth cameras and frames that live on the graphics side have no format that can be copied: they are drawn. */
  #draw(frame: VideoFrame): Pick<TakenFrame, 'frame' | 'bytes'> {
    const { displayWidth: width, displayHeight: height, timestamp } = frame;
    const known = this.#canvas?.[0];
    if (known?.width !== width || known.height !== height) this.#canvas = pictureCanvas(width, height);
    const [canvas, context] = this.#canvas as ReturnType<typeof pictureCanvas>;
    context.drawImage(frame, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { frame: new VideoFrame(canvas, { timestamp }), bytes: new Uint8Array(data.buffer) };
  }
}
