import { type FaultError, fault } from '../../src-main/core/fault';
import type { CameraOffer, CameraRecord, Lock } from '../../src-main/core/media';
import { cameraFault } from './camera-fault';
import { type Control, constraintsFor, controlsOf, hasAuto } from './controls';
import { type Life, LifeWatch, pictureHash, RateMeter } from './life';
import { ratesFor, type Size, sizesFor } from './modes';
import type { CameraSource, Picture } from './source';
import { readFrames, type TakenFrame } from './track-frames';

const even = (n: number): number => Math.max(2, n - (n % 2)); // H.264 has half as many colour samples each way
const seconds = (): number => performance.now() / 1000;
/** Pictures are compared so often, seconds. */
const LOOK = 0.25;

/** An open webcam: its newest frame, in the camera's own colours, shared by all who look at it. */
export class Webcam implements CameraSource {
  #slot: string;
  readonly #size: Size;
  readonly #track: MediaStreamTrack;
  readonly #meter = new RateMeter();
  readonly #watch = new LifeWatch(seconds());
  readonly #first: Promise<void>;
  #frame: VideoFrame | null = null;
  #taken = 0;
  #version = 0;
  #looked = 0;
  #gone: FaultError | null = null;

  private constructor(
    readonly record: CameraRecord,
    stream: MediaStream,
    onGone: (reason: FaultError) => void,
  ) {
    const track = stream.getVideoTracks()[0];
    if (!track) throw new DOMException('no video track', 'NotFoundError');
    this.#track = track;
    this.#slot = record.slot;
    const { width = record.width, height = record.height } = track.getSettings();
    this.#size = { width: even(width), height: even(height) };
    track.addEventListener('ended', () => {
      if (this.#gone) return;
      this.#end(
        fault(
          'no-camera',
          `${record.label} (“${this.#slot}”) went away`,
          'Plug it in again: it then goes on by itself.',
        ),
      );
      if (this.#gone) onGone(this.#gone);
    });
    this.#first = new Promise((resolve, reject) => {
      readFrames(track, (taken) => {
        this.#take(taken);
        resolve();
      }).catch((error) => {
        this.#end(cameraFault(error, record.label));
        reject(error);
        if (this.#gone) onGone(this.#gone);
      });
    });
    this.#first.catch(() => undefined); // told by `onGone`
  }

  /** Rejects with a `no-camera` fault. `onGone` is called once when the camera is unplugged later. */
  static async open(record: CameraRecord, deviceId: string, onGone: (reason: FaultError) => void): Promise<Webcam> {
    const { width, height, fps } = record;
    try {
      const video: MediaTrackConstraints = {
        deviceId: { exact: deviceId },
        width: { ideal: width },
        height: { ideal: height },
        frameRate: { ideal: fps },
      };
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      return new Webcam(record, stream, onGone);
    } catch (error) {
      throw cameraFault(error, record.label);
    }
  }

  get offer(): CameraOffer {
    return { name: this.#slot, label: this.record.label, ...this.#size, simulated: false };
  }

  rename(slot: string): void {
    this.#slot = slot;
  }

  get sizes(): readonly Size[] {
    const { width = {}, height = {} } = this.#track.getCapabilities();
    return sizesFor(width, height, this.#size);
  }

  get rates(): readonly number[] {
    return ratesFor(this.#track.getCapabilities().frameRate ?? {}, this.record.fps);
  }

  get controls(): readonly Control[] {
    return controlsOf(this.#track.getCapabilities(), this.#track.getSettings());
  }

  canRelease(lock: Lock): boolean {
    return hasAuto(this.#track.getCapabilities(), lock);
  }

  /** Holds a value, or gives it back to the camera (null). Rejects with a fault when the camera refuses. */
  async hold(lock: Lock, value: number | null): Promise<void> {
    try {
      await this.#track.applyConstraints(constraintsFor(lock, value));
    } catch (error) {
      throw cameraFault(error, this.record.label);
    }
  }

  /** Measured pictures a second. */
  rate(): number {
    return this.#meter.rate(seconds());
  }

  life(): Life {
    return this.#watch.life(seconds());
  }

  async ready(): Promise<void> {
    const { label } = this.record;
    const tip = 'Unplug the camera and plug it in again.';
    const silence = new Promise<never>((_, reject) => {
      setTimeout(() => reject(fault('no-camera', `${label} sends no picture`, tip)), 3000);
    });
    await Promise.race([this.#first, silence]);
  }

  grab(): Picture {
    if (this.#gone) throw this.#gone;
    const frame = this.#frame;
    if (!frame) throw fault('no-camera', `${this.record.label} has sent no picture yet`, 'Wait a moment.');
    const { displayWidth: width, displayHeight: height } = frame;
    return { image: frame, width, height, taken: this.#taken, version: this.#version };
  }

  close(): void {
    this.#end(fault('no-camera', `“${this.#slot}” was switched off`, 'Switch it on again in Setup.'));
  }

  #take({ frame, bytes, taken }: TakenFrame): void {
    if (this.#gone) {
      frame.close();
      return;
    }
    this.#frame?.close();
    this.#frame = frame;
    this.#taken = taken;
    this.#version++;
    this.#meter.tick(taken);
    this.#watch.arrived(seconds());
    if (taken - this.#looked < LOOK) return;
    this.#looked = taken;
    this.#watch.looked(taken, pictureHash(bytes));
  }

  #end(reason: FaultError): void {
    this.#gone ??= reason;
    this.#track.stop();
    this.#frame?.close();
    this.#frame = null;
  }
}
