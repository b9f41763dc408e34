import { Emitter } from '../../core/emitter';
import type { Button, StickSource, StickState } from '../../core/pilot';
import type { Listener, Unsubscribe } from '../../core/types';
import type { PadState } from './standard';
import { PadReader } from './standard';

/** What all gamepads share: a reader, buttons, and being at rest as soon as they are gone or silent. */
export class PadSource implements StickSource {
  readonly #buttons = new Emitter<Button>();
  readonly #reader = new PadReader();

  constructor(
    readonly id: string,
    readonly label: string,
  ) {}

  poll(_now: number): StickState | null {
    return null;
  }

  onButton(listener: Listener<Button>): Unsubscribe {
    return this.#buttons.on(listener);
  }

  lit(): readonly string[] {
    return this.#reader.lit;
  }

  close(): void {
    this.#reader.forget();
  }

  /** Takes in a new state and fires the buttons pressed with it, stop first. */
  protected take(pad: PadState): StickState {
    const { stick, pressed } = this.#reader.read(pad);
    for (const button of [...pressed].sort((a, b) => Number(b === 'stop') - Number(a === 'stop')))
      this.#buttons.emit(button);
    return stick;
  }

  protected forget(): void {
    this.#reader.forget();
  }
}
