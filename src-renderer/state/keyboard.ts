import type { Unsubscribe } from '../../src-main/core/types';
import { focusOf, robotOwns } from './key-owner';

/** At most so many codes travel in one message (core/contract.ts). */
const MOST = 32;

/**
 * Which keys are held now. Reports the whole set on every change, never on auto-repeat; an empty set when the page
 * can no longer know (blur, hidden).
 */
export class KeyCollector {
  readonly #down = new Set<string>();

  constructor(readonly report: (down: readonly string[]) => void) {}

  press(code: string): void {
    if (!code || code.length > 32 || this.#down.has(code) || this.#down.size >= MOST) return;
    this.#down.add(code);
    this.#say();
  }

  lift(code: string): void {
    if (this.#down.delete(code)) this.#say();
  }

  clear(): void {
    if (this.#down.size === 0) return;
    this.#down.clear();
    this.#say();
  }

  #say(): void {
    this.report([...this.#down]);
  }
}

/**
 * Where a key was pressed. Not where the focus is by now: the field itself may have given it up on Enter, and the robot
 * must not take that Enter for its own.
 */
const whereOf = (event: KeyboardEvent) => focusOf(event.target instanceof Element ? event.target : null);

/** Wires the collector to the page. `moving`: somebody drives now. */
export function listenToKeys(collector: KeyCollector, moving: () => boolean): Unsubscribe {
  const down = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return; // a shortcut, not driving
    if (!robotOwns(event.code, whereOf(event), moving())) return;
    event.preventDefault(); // no scrolling, no pressing of buttons while driving
    if (!event.repeat) collector.press(event.code);
  };
  const up = (event: KeyboardEvent) => {
    // A button is pressed by Space when the key comes up.
    if (robotOwns(event.code, whereOf(event), moving())) event.preventDefault();
    collector.lift(event.code);
  };
  const clear = () => collector.clear();
  const hide = () => {
    if (document.visibilityState === 'hidden') collector.clear();
  };
  const focus = () => {
    if (focusOf(document.activeElement) === 'text') collector.clear();
  };
  window.addEventListener('keydown', down);
  window.addEventListener('keyup', up);
  window.addEventListener('blur', clear);
  window.addEventListener('focusin', focus);
  document.addEventListener('visibilitychange', hide);
  return () => {
    window.removeEventListener('keydown', down);
    window.removeEventListener('keyup', up);
    window.removeEventListener('blur', clear);
    window.removeEventListener('focusin', focus);
    document.removeEventListener('visibilitychange', hide);
    collector.clear();
  };
}
