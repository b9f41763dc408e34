import { type FaultError, fault } from '../../src-main/core/fault';
import type { FromCameras } from '../../src-main/core/media';
import type { CameraSpec } from '../../src-main/core/types';
import type { Bytes, Camera, EncoderFactory, FrameEncoder } from './session';

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
    if (this.#dead) return;
    if (k !== this.#rows) {
      this.#fail(outOfStep(`row ${k} came where row ${this.#rows} was due`));
      return;
    }
    this.#rows++;
    try {
      for (const slot of this.#slots) {
        const picture = slot.camera.grab();
        slot.taken.set(k, picture.taken);
        slot.encoder.encode(picture.picture, k);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Resolves when every packet has been posted. Rejects when one is missing. */
  async finish(): Promise<void> {
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

const outOfStep = (what: string): FaultError =>
  fault(
    'internal',
    `Pictures and rows came out of step: ${what}`,
    'The take was not kept. Record it again; if it comes back, report it.',
  );
