import { Emitter } from '../../src-main/core/emitter';
import type { CameraOffer } from '../../src-main/core/media';
import type { CameraSource } from './source';

/** The cameras that could be recorded now, by slot name. */
export class CameraSet {
  readonly #sources = new Map<string, CameraSource>();
  readonly changed = new Emitter<readonly CameraOffer[]>();

  get(name: string): CameraSource | undefined {
    return this.#sources.get(name);
  }

  offers(): readonly CameraOffer[] {
    return [...this.#sources.values()].map((s) => s.offer);
  }

  add(source: CameraSource): void {
    this.#sources.get(source.offer.name)?.close();
    this.#sources.set(source.offer.name, source);
    this.changed.emit(this.offers());
  }

  remove(name: string): void {
    const source = this.#sources.get(name);
    if (!source) return;
    this.#sources.delete(name);
    source.close();
    this.changed.emit(this.offers());
  }

  /** `webcam`, then `webcam-2`, `webcam-3`, …: the first name that is free. */
  freeSlot(): string {
    for (let i = 1; ; i++) {
      const name = i === 1 ? 'webcam' : `webcam-${i}`;
      if (!this.#sources.has(name)) return name;
    }
  }
}
