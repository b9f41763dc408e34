import { Emitter } from '../../src-main/core/emitter';
import type { CameraOffer } from '../../src-main/core/media';
import type { CameraSource } from './source';

/**
 * The cameras that could be recorded now, by slot name. A simulated camera comes before a webcam of the same name, which
 * waits until the simulated arm is closed: so real cameras keep their names, `front` and `wrist`, while one practises.
 */
export class CameraSet {
  readonly #simulated = new Map<string, CameraSource>();
  readonly #real = new Map<string, CameraSource>();
  readonly changed = new Emitter<readonly CameraOffer[]>();

  get(name: string): CameraSource | undefined {
    return this.#simulated.get(name) ?? this.#real.get(name);
  }

  offers(): readonly CameraOffer[] {
    const real = [...this.#real].filter(([name]) => !this.#simulated.has(name)).map(([, source]) => source);
    return [...this.#simulated.values(), ...real].map((source) => source.offer);
  }

  hidden(name: string): boolean {
    return this.#simulated.has(name) && this.#real.has(name);
  }

  add(source: CameraSource): void {
    const { name, simulated } = source.offer;
    const shelf = simulated ? this.#simulated : this.#real;
    shelf.get(name)?.close();
    shelf.set(name, source);
    this.changed.emit(this.offers());
  }

  /** Closes it. */
  remove(name: string, simulated: boolean): void {
    const shelf = simulated ? this.#simulated : this.#real;
    const source = shelf.get(name);
    if (!source) return;
    shelf.delete(name);
    source.close();
    this.changed.emit(this.offers());
  }

  /** Webcams under other names, old → new, all at once, so that two can change places. They stay open. */
  rename(names: ReadonlyMap<string, string>): void {
    const all = [...this.#real];
    this.#real.clear();
    for (const [old, source] of all) {
      source.rename?.(names.get(old) ?? old);
      this.#real.set(source.offer.name, source);
    }
    this.changed.emit(this.offers());
  }
}
