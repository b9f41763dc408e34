import { type FaultError, fault } from '../../src-main/core/fault';
import type { FromCameras } from '../../src-main/core/media';
import type { CameraSpec } from '../../src-main/core/types';
import type { Bytes, Camera, EncoderFactory, FrameEncoder } from './session';

/** Seconds of pictures in an encoder's queue at which the take is ended. Main tells a person earlier (recorder.ts). */
const QUEUE = 4;

interface Slot<P> {
  readonly spec: CameraSpec;
  readonly camera: Camera<P>;
  readonly encoder: FrameEncoder<P>;
  /** When picture k was taken, until its packet comes out. */
  readonly taken: Map<number, number>;
  configured: boolean;
  packets: number;
}

/** The encoders of one take: every row gives exactly one packet per camera, or the take fails and says so. */
export class Take<P> {
  readonly #slots: Slot<P>[] = [];
  #rows = 0;
  #dead = false;
  #ending: Promise<void> | null = null;

  constructor(
    readonly id: number,
    readonly fps: number,
    readonly post: (message: FromCameras) => void,
    readonly onFailed: (error: unknown) => void,
  ) {}

  /** Throws when an encoder cannot be made. */
  open(spec: CameraSpec, camera: Camera<P>, makeEncoder: EncoderFactory<P>): void {
    const taken = new Map<number, number>();
    const encoder = makeEncoder(spec, this.fps, {
      config: (codec, description) => {
        if (this.#dead || slot.configured) return;
        slot.configured = true;
        const { name, width, height } = spec;
        this.post({ type: 'config', take: this.id, camera: name, codec, description, width, height });
      },
      packet: (k, key, data) => this.#packet(slot, k, key, data),
      failed: (error) => this.#fail(error),
    });
    const slot: Slot<P> = { spec, camera, encoder, taken, configured: false, packets: 0 };
    this.#slots.push(slot);
  }

  row(k: number): void {
    if (this.#dead || this.#ending) return;
    if (k !== this.#rows) {
      this.#fail(outOfStep(`row ${k} came where row ${this.#rows} was due`));
      return;
    }
    try {
      // All cameras or none: a row is whole.
      const pictures = this.#slots.map((slot) => slot.camera.grab());
      this.#rows++;
      this.#slots.forEach((slot, i) => {
        const { picture, taken } = pictures[i] as ReturnType<Camera<P>['grab']>;
        slot.taken.set(k, taken);
        slot.encoder.encode(picture, k);
      });
    } catch (error) {
      this.#ending = this.#endEarly(error);
      return;
    }
    const late = this.#slots.find((slot) => slot.encoder.waiting() > QUEUE * this.fps);
    if (late) this.#ending = this.#endEarly(tooSlow(late.spec.name));
  }

  /** No further row; what is in the encoders still comes out before the failure is told, so that it can be kept. */
  async #endEarly(error: unknown): Promise<void> {
    await Promise.allSettled(this.#slots.map((slot) => slot.encoder.flush()));
    this.#fail(error);
  }

  /** Resolves when every packet has been posted. Rejects when one is missing. */
  async finish(): Promise<void> {
    if (this.#ending) return this.#ending;
    await Promise.all(this.#slots.map((slot) => slot.encoder.flush()));
    const short = this.#slots.find((slot) => slot.packets !== this.#rows);
    if (short) throw outOfStep(`camera ${short.spec.name} gave ${short.packets} frames for ${this.#rows} rows`);
  }

  close(): void {
    this.#dead = true;
    for (const slot of this.#slots) slot.encoder.close();
  }

  #packet(slot: Slot<P>, k: number, key: boolean, data: Bytes): void {
    if (this.#dead) return;
    const taken = slot.taken.get(k);
    if (k !== slot.packets || taken === undefined || !slot.configured) {
      this.#fail(outOfStep(`the encoder of ${slot.spec.name} gave frame ${k} where ${slot.packets} was due`));
      return;
    }
    slot.taken.delete(k);
    slot.packets++;
    this.post({ type: 'frame', take: this.id, camera: slot.spec.name, k, key, data, taken });
  }

  #fail(error: unknown): void {
    if (this.#dead) return;
    this.close();
    this.onFailed(error);
  }
}

const tooSlow = (camera: string): FaultError =>
  fault(
    'no-camera',
    `This computer cannot encode “${camera}” fast enough: the take was ended`,
    'Nothing before that is lost. Close other programs, or choose a smaller picture for this camera in Setup.',
  );

const outOfStep = (what: string): FaultError =>
  fault(
    'internal',
    `Pictures and rows came out of step: ${what}`,
    'The take was not kept. Record it again; if it comes back, report it.',
  );
