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

/**
 * Every frame of a camera's track, as it comes and without a copy; who is told must close it. Better than a video
 * element: nothing is drawn, and a busy compositor drops none. Resolves when the track ends.
 */
export async function readFrames(
  track: MediaStreamTrack,
  seen: (frame: VideoFrame, taken: number) => void,
): Promise<void> {
  const clock = new FrameClock();
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) return;
    seen(value, clock.taken(value.timestamp / 1e6, performance.now() / 1000));
  }
}
