import { fault } from '../core/fault';
import type { CameraOffer } from '../core/media';

/** Which cameras are recorded: those that were chosen, or all that are offered when nothing was chosen yet. */
export class CameraChoice {
  names: readonly string[] | null = null;

  constructor(private readonly offers: () => readonly CameraOffer[]) {}

  /** Those that are there now. */
  get present(): readonly CameraOffer[] {
    const offers = this.offers();
    return this.names === null ? offers : offers.filter((offer) => this.names?.includes(offer.name));
  }

  /** Throws when a chosen one is not there. */
  assertPresent(): void {
    const missing = (this.names ?? []).filter((name) => !this.offers().some((offer) => offer.name === name));
    if (missing.length === 0) return;
    throw fault(
      'no-camera',
      `The camera "${missing.join('", "')}" is not there`,
      'Plug it in and switch it on in Setup, or choose other cameras in the recorder bar.',
    );
  }
}
