import type { Button, StickSource } from '../core/pilot';
import type { InputState } from '../core/state';
import type { Unsubscribe } from '../core/types';
import { BrowserPadSource } from '../teleop/gamepad/browser-pad';
import type { PadState } from '../teleop/gamepad/standard';
import { GamepadWatcher } from '../teleop/gamepad/watcher';
import { KeyboardSource } from '../teleop/keyboard';
import type { StickTeleop } from '../teleop/stick-teleop';

export interface InputsOptions {
  /** Where the joystick devices are; the system's own folder when absent. */
  readonly folder?: string;
  readonly onButton: (button: Button) => void;
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** Every input device there is, whichever robot is open: the keyboard, main's own gamepads, the page's gamepad. */
export class Inputs {
  readonly keyboard = new KeyboardSource();
  readonly #page = new BrowserPadSource();
  readonly #watcher: GamepadWatcher;
  readonly #sources = new Map<StickSource, Unsubscribe>();
  #teleop: StickTeleop | null = null;
  #pageThere = false;

  constructor(private readonly options: InputsOptions) {
    this.#watcher = new GamepadWatcher({ inputDir: options.folder });
    this.#watcher.onAdded((source) => this.#add(source));
    this.#watcher.onRemoved((source) => this.#remove(source));
    this.#watcher.onFault((data) => options.failed(data));
    this.#add(this.keyboard);
    this.#watcher.start();
  }

  get sources(): readonly StickSource[] {
    return [...this.#sources.keys()];
  }

  /** The teleoperator that new devices join. */
  attach(teleop: StickTeleop | null): void {
    this.#teleop = teleop;
  }

  /** The page's gamepad counts only while main reads none itself: one pad must not push twice. */
  pagePad(pad: PadState | null): void {
    const wanted = pad !== null && this.#watcher.sources.length === 0;
    if (wanted !== this.#pageThere) {
      this.#pageThere = wanted;
      if (wanted) this.#add(this.#page);
      else this.#remove(this.#page);
    }
    this.#page.update(wanted ? pad : null);
  }

  lit(): readonly string[] {
    return this.sources.flatMap((source) => source.lit());
  }

  state(): readonly InputState[] {
    return this.sources.map(({ id, label }) => ({ id, label, kind: id === this.keyboard.id ? 'keyboard' : 'gamepad' }));
  }

  close(): void {
    this.#watcher.stop();
    for (const source of this.sources) {
      this.#remove(source);
      source.close();
    }
  }

  #add(source: StickSource): void {
    this.#sources.set(source, source.onButton(this.options.onButton));
    this.#teleop?.addSource(source);
    this.options.changed();
  }

  #remove(source: StickSource): void {
    this.#sources.get(source)?.();
    this.#sources.delete(source);
    this.#teleop?.removeSource(source);
    this.options.changed();
  }
}
