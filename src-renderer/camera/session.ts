import { fault, toFault } from '../../src-main/core/fault';
import type { CameraOffer, FromCameras, ToCameras } from '../../src-main/core/media';
import type { CameraSpec, Unsubscribe } from '../../src-main/core/types';
import { Take } from './take';

/** The renderer's side of core/media.ts: main asks, this answers. `P` is whatever a picture is (a canvas; a number in tests). */
export interface Camera<P> {
  ready(): Promise<void>;
  grab(): { readonly picture: P; readonly taken: number };
}

/** Bytes that can be posted. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface EncoderOutput {
  /** Before the first packet. */
  config(codec: string, description: Bytes): void;
  /** In order of k, once per `encode`. */
  packet(k: number, key: boolean, data: Bytes): void;
  failed(error: unknown): void;
}

export interface FrameEncoder<P> {
  encode(picture: P, k: number): void;
  /** Pictures given and not yet encoded. */
  waiting(): number;
  flush(): Promise<void>;
  /** Idempotent; no output comes after it. */
  close(): void;
}

export type EncoderFactory<P> = (spec: CameraSpec, fps: number, out: EncoderOutput) => FrameEncoder<P>;

export interface SessionParts<P> {
  /** Seconds, the clock on which pictures are stamped. */
  now(): number;
  camera(name: string): Camera<P> | undefined;
  offers(): readonly CameraOffer[];
  onOffers(listener: (offers: readonly CameraOffer[]) => void): Unsubscribe;
  makeEncoder: EncoderFactory<P>;
  /** H × W × 3 bytes of the given size. */
  toRgb(picture: P, spec: CameraSpec): Bytes;
  post(message: FromCameras): void;
}

export class CameraSession<P> {
  readonly #parts: SessionParts<P>;
  readonly #unsubscribe: Unsubscribe;
  #take: Take<P> | null = null;

  constructor(parts: SessionParts<P>) {
    this.#parts = parts;
    const offer = (cameras: readonly CameraOffer[]) => parts.post({ type: 'cameras', cameras: [...cameras] });
    this.#unsubscribe = parts.onOffers(offer);
    offer(parts.offers());
  }

  /** Messages are handled in the order in which they come; `record` and `finish` answer later. */
  handle(message: ToCameras): void {
    switch (message.type) {
      case 'clock':
        this.#parts.post({ type: 'clock', main: message.main, renderer: this.#parts.now() });
        return;
      case 'record':
        void this.#record(message.take, message.cameras, message.fps);
        return;
      case 'row':
        if (message.take === this.#take?.id) this.#take.row(message.k);
        return;
      case 'finish':
        void this.#finish(message.take);
        return;
      case 'abort':
        if (message.take === this.#take?.id) this.#drop();
        return;
      case 'look':
        this.#parts.post({ type: 'look', id: message.id, images: this.#look(message.cameras) });
        return;
    }
  }

  close(): void {
    this.#unsubscribe();
    this.#drop();
  }

  async #record(id: number, specs: readonly CameraSpec[], fps: number): Promise<void> {
    this.#drop();
    const take = new Take<P>(id, fps, this.#parts.post, (error) => this.#failed(id, error));
    this.#take = take;
    try {
      for (const spec of specs) {
        const camera = this.#parts.camera(spec.name);
        if (!camera)
          throw fault(
            'no-camera',
            `The camera "${spec.name}" is not there`,
            'Switch it on in Setup, or record without it.',
          );
        await camera.ready();
        if (this.#take !== take) return; // aborted or replaced while waiting
        take.open(spec, camera, this.#parts.makeEncoder);
      }
      this.#parts.post({ type: 'ready', take: id });
    } catch (error) {
      this.#failed(id, error);
    }
  }

  async #finish(id: number): Promise<void> {
    const take = this.#take;
    if (take?.id !== id) return;
    try {
      await take.finish();
      if (this.#take !== take) return;
      this.#drop();
      this.#parts.post({ type: 'flushed', take: id });
    } catch (error) {
      this.#failed(id, error);
    }
  }

  /** All wanted cameras or none: a policy must not see half a set. */
  #look(specs: readonly CameraSpec[]): Extract<FromCameras, { type: 'look' }>['images'] {
    try {
      return specs.map((spec) => {
        const camera = this.#parts.camera(spec.name);
        if (!camera) throw fault('no-camera', `The camera "${spec.name}" is not there`, 'Switch it on in Setup.');
        const { picture, taken } = camera.grab();
        return {
          camera: spec.name,
          width: spec.width,
          height: spec.height,
          data: this.#parts.toRgb(picture, spec),
          taken,
        };
      });
    } catch {
      return [];
    }
  }

  #failed(id: number, error: unknown): void {
    if (this.#take?.id !== id) return;
    this.#drop();
    this.#parts.post({ type: 'failed', take: id, fault: toFault(error) });
  }

  #drop(): void {
    const take = this.#take;
    this.#take = null;
    take?.close();
  }
}
