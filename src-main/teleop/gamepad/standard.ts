import type { PadBinding, StickAxis } from '../../core/controls';
import { PAD_MAP } from '../../core/controls';
import type { Button, StickState } from '../../core/pilot';
import { RESTING_STICK } from '../../core/pilot';

/**
 * A gamepad's raw state in the W3C "standard gamepad" order (https://w3c.github.io/gamepad/#remapping): axes left x,
 * left y, right x, right y in -1..1, right and down positive; 17 buttons in 0..1, the triggers being 6 and 7.
 */
export interface PadState {
  readonly axes: readonly number[];
  readonly buttons: readonly number[];
}

export const RESTING_PAD: PadState = { axes: [0, 0, 0, 0], buttons: Array<number>(17).fill(0) };

/** Below this a worn stick may rest; what is beyond is scaled up again to 0..1. */
export const DEAD_ZONE = 0.12;
const PRESSED = 0.5;

/**
 * Makes sense of one gamepad over time. A control counts only after it was seen at rest once: a trigger that reports
 * half before its first touch (some drivers do), a stick bent while plugging in or a button stuck down moves nothing.
 */
export class PadReader {
  readonly #armed = new Set<string>();
  #down = new Set<string>();
  #lit: readonly string[] = [];

  get lit(): readonly string[] {
    return this.#lit;
  }

  /** The stick, and the buttons that went down since the last call. */
  read(pad: PadState): { readonly stick: StickState; readonly pressed: readonly Button[] } {
    const stick: Record<StickAxis, number> = { x: 0, y: 0, z: 0, pitch: 0, roll: 0, grip: 0 };
    const down = new Set<string>();
    const pressed: Button[] = [];
    const lit: string[] = [];
    let deadman = false;
    for (const binding of PAD_MAP) {
      const depth = this.#depth(binding, pad);
      if (depth <= 0) continue;
      const { axis, sign, button } = binding;
      if (axis && sign) {
        stick[axis] += sign * depth;
        lit.push(binding.control);
      } else if (depth >= PRESSED) {
        lit.push(binding.control);
        down.add(binding.control);
        deadman ||= binding.deadman === true;
        if (button && !this.#down.has(binding.control)) pressed.push(button);
      }
    }
    this.#down = down;
    this.#lit = lit;
    return { stick: { ...RESTING_STICK, ...stick, deadman }, pressed };
  }

  /** Everything must be seen at rest again before it counts: the device is gone or came back. */
  forget(): void {
    this.#armed.clear();
    this.#down.clear();
    this.#lit = [];
  }

  /** 0 at rest … 1 fully moved; 0 until armed. */
  #depth(binding: PadBinding, pad: PadState): number {
    const { from } = binding;
    const raw = 'axis' in from ? (pad.axes[from.axis] ?? 0) * from.sign : (pad.buttons[from.button] ?? 0);
    const value = Number.isFinite(raw) ? Math.min(Math.max(raw, 0), 1) : 0;
    const depth = value <= DEAD_ZONE ? 0 : (value - DEAD_ZONE) / (1 - DEAD_ZONE);
    // Both directions of a stick's axis rest together.
    const name = 'axis' in from ? `axis ${from.axis}` : `button ${from.button}`;
    if ('axis' in from ? Math.abs(pad.axes[from.axis] ?? 0) <= DEAD_ZONE : depth === 0) this.#armed.add(name);
    return this.#armed.has(name) ? depth : 0;
  }
}
