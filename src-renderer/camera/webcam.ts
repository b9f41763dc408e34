import { type FaultError, fault } from '../../src-main/core/fault';
import type { CameraOffer } from '../../src-main/core/media';
import { type CameraSource, type Picture, pictureCanvas } from './source';

const WANTED = { width: 640, height: 480, frameRate: 30 };
const even = (n: number): number => Math.max(2, n - (n % 2)); // H.264 has half as many colour samples each way

/** What the browser says, as something a person can act on. */
export function cameraFault(error: unknown, label: string): FaultError {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError')
    return fault(
      'no-camera',
      `${label}: permission refused`,
      'Allow camera use for Understudy in the system settings, then switch it on again.',
      error,
    );
  if (name === 'NotReadableError')
    return fault(
      'no-camera',
      `${label} is used by another program`,
      'Close video calls and other programs that use the camera, then try again.',
      error,
    );
  if (name === 'NotFoundError' || name === 'OverconstrainedError')
    return fault(
      'no-camera',
      `${label} is not there any more`,
      'Plug the camera in again, or choose another one in Setup.',
      error,
    );
  return fault(
    'no-camera',
    `${label} does not work: ${error instanceof Error ? error.message : String(error)}`,
    'Unplug it and plug it in again.',
    error,
  );
}

/** An open webcam. Every new video frame is stamped; it is copied only when somebody grabs it. */
export class Webcam implements CameraSource {
  readonly offer: CameraOffer;
  readonly #video: HTMLVideoElement;
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #first: Promise<void>;
  #taken = 0;
  #drawn = -1;
  #gone: FaultError | null = null;

  private constructor(
    slot: string,
    label: string,
    readonly stream: MediaStream,
    onGone: (reason: FaultError) => void,
  ) {
    const track = stream.getVideoTracks()[0];
    const settings = track?.getSettings() ?? {};
    const width = even(settings.width ?? WANTED.width);
    const height = even(settings.height ?? WANTED.height);
    this.offer = { name: slot, label, width, height, simulated: false };
    [this.#canvas, this.#context] = pictureCanvas(width, height);
    this.#video = document.createElement('video');
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = stream;
    this.#first = this.#watch();
    track?.addEventListener('ended', () => {
      this.#gone = fault('no-camera', `${label} went away`, 'Plug the camera in again and switch it on in Setup.');
      onGone(this.#gone);
    });
  }

  /** Rejects with a `no-camera` fault. `onGone` is called once when the camera is unplugged later. */
  static async open(
    slot: string,
    deviceId: string,
    label: string,
    onGone: (reason: FaultError) => void,
  ): Promise<Webcam> {
    try {
      const video: MediaTrackConstraints = {
        deviceId: { exact: deviceId },
        width: { ideal: WANTED.width },
        height: { ideal: WANTED.height },
        frameRate: { ideal: WANTED.frameRate },
      };
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      const webcam = new Webcam(slot, label, stream, onGone);
      await webcam.#video.play();
      return webcam;
    } catch (error) {
      throw cameraFault(error, label);
    }
  }

  #watch(): Promise<void> {
    return new Promise((resolve) => {
      const seen = (now: number, frame: VideoFrameCallbackMetadata) => {
        this.#taken = (frame.captureTime ?? now) / 1000;
        resolve();
        if (!this.#gone) this.#video.requestVideoFrameCallback(seen);
      };
      this.#video.requestVideoFrameCallback(seen);
    });
  }

  async ready(): Promise<void> {
    const { label } = this.offer;
    const silence = new Promise<never>((_, reject) => {
      setTimeout(
        () => reject(fault('no-camera', `${label} sends no picture`, 'Unplug the camera and plug it in again.')),
        3000,
      );
    });
    await Promise.race([this.#first, silence]);
  }

  grab(): Picture {
    if (this.#gone) throw this.#gone;
    if (this.#taken !== this.#drawn) {
      this.#context.drawImage(this.#video, 0, 0, this.offer.width, this.offer.height);
      this.#drawn = this.#taken;
    }
    return { canvas: this.#canvas, taken: this.#taken };
  }

  close(): void {
    this.#gone ??= fault('no-camera', `${this.offer.label} was switched off`, 'Switch it on again in Setup.');
    for (const track of this.stream.getTracks()) track.stop();
    this.#video.srcObject = null;
  }
}
