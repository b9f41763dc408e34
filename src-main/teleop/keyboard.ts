import type { KeyBinding, StickAxis } from '../core/controls';
import { KEY_MAP } from '../core/controls';
import { Emitter } from '../core/emitter';
import type { Button, StickSource, StickState } from '../core/pilot';
import { RESTING_STICK } from '../core/pilot';
import type { Listener, Unsubscribe } from '../core/types';

/** A key reaches full deflection in this time, seconds, so that a press is no jerk. Letting go is at once. */
const RAMP = 0.08;
const BY_CODE = new Map<string, KeyBinding>(KEY_MAP.map((b) => [b.code, b]));

/**
 * The keyboard as a stick. Whoever sees the keys says which are down; an empty list (focus lost) lets all go. Each
 * motion key is its own dead-man switch: the arm moves only while it is held.
 */
export class KeyboardSource implements StickSource {
  readonly id = 'keyboard';
  readonly label = 'Keyboard';
  readonly #buttons = new Emitter<Button>();
  #down = new Set<string>();
  readonly #depth = new Map<StickAxis, number>();
  #polled: number | null = null;

  /** `KeyboardEvent.code`s of all keys held now; unknown ones are ignored. Buttons fire once per press. */
  setKeys(codes: readonly string[]): void {
    const before = this.#down;
    this.#down = new Set(codes.filter((code) => BY_CODE.has(code)));
    const pressed = [...this.#down].filter((code) => !before.has(code)).map((code) => BY_CODE.get(code)?.button);
    // Stop first, whatever was pressed with it.
    for (const button of pressed.sort((a, b) => Number(b === 'stop') - Number(a === 'stop'))) {
      if (button) this.#buttons.emit(button);
    }
  }

  poll(now: number): StickState {
    const dt = this.#polled === null ? 0 : Math.min(Math.max(now - this.#polled, 0), RAMP);
    this.#polled = now;
    const wanted = new Map<StickAxis, number>();
    for (const code of this.#down) {
      const { axis, sign } = BY_CODE.get(code) ?? {};
      if (axis && sign) wanted.set(axis, (wanted.get(axis) ?? 0) + sign);
    }
    const stick: Record<StickAxis, number> = { x: 0, y: 0, z: 0, pitch: 0, roll: 0, grip: 0 };
    for (const axis of Object.keys(stick) as StickAxis[]) {
      const to = wanted.get(axis) ?? 0;
      const from = this.#depth.get(axis) ?? 0;
      // From rest, or from the other direction, ramp up; to rest, at once.
      const start = Math.sign(from) === Math.sign(to) ? Math.abs(from) : 0;
      stick[axis] = to === 0 ? 0 : Math.sign(to) * Math.min(1, Math.max(start + dt / RAMP, 0.1));
      this.#depth.set(axis, stick[axis]);
    }
    return { ...RESTING_STICK, ...stick, deadman: true };
  }

  onButton(listener: Listener<Button>): Unsubscribe {
    return this.#buttons.on(listener);
  }

  lit(): readonly string[] {
    return [...this.#down].map((code) => `key:${code}`);
  }

  close(): void {
    this.#down.clear();
    this.#depth.clear();
  }
}
