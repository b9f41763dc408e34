import type { StickState } from '../../core/pilot';
import { PadSource } from './pad-source';
import type { PadState } from './standard';

/** Without news for this long the page is taken for dead or hidden, seconds. */
const STALE = 0.25;

/** A gamepad that the renderer sees through the browser's Gamepad API (standard mapping) and forwards. */
export class BrowserPadSource extends PadSource {
  #pad: PadState | null = null;
  #stick: StickState | null = null;
  #fresh = true;
  #heard = 0;

  constructor(label = 'Gamepad (browser)') {
    super('browser-pad', label);
  }

  /** Called at every change and at least five times a second; null = unplugged. */
  update(pad: PadState | null): void {
    this.#fresh = true;
    this.#pad = pad;
    if (pad) {
      this.#stick = this.take(pad);
    } else {
      this.#stick = null;
      this.forget();
    }
  }

  override poll(now: number): StickState | null {
    if (this.#fresh) this.#heard = now;
    this.#fresh = false;
    if (this.#pad && now - this.#heard > STALE) this.update(null);
    return this.#stick;
  }
}
