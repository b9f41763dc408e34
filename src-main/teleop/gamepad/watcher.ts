import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Emitter } from '../../core/emitter';
import type { Fault } from '../../core/fault';
import { fault, toFault } from '../../core/fault';
import type { StickSource } from '../../core/pilot';
import type { Listener, Unsubscribe } from '../../core/types';
import { HidPads } from './hid-pads';
import { JoystickLinux } from './joystick-linux';
import { layoutFor } from './linux-layout';

/** How often to look for gamepads, milliseconds. */
const PERIOD = 1000;

/**
 * Notices gamepads that come and go: joystick files on Linux, raw HID elsewhere. `UNDERSTUDY_INPUT_DIR` names another
 * folder than /dev/input; named pipes called `js…` in it are virtual gamepads.
 */
export class GamepadWatcher {
  readonly #folder: string;
  readonly #hid: HidPads | null;
  readonly #added = new Emitter<StickSource>();
  readonly #removed = new Emitter<StickSource>();
  readonly #faults = new Emitter<Fault>();
  readonly #open = new Map<string, JoystickLinux>();
  /** Files that could not be opened, so that each is complained about once. */
  readonly #refused = new Set<string>();
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `hid`: read pads as raw HID devices; by default where there is no joystick API. */
  constructor(options: { inputDir?: string; hid?: boolean } = {}) {
    this.#folder = options.inputDir ?? process.env.UNDERSTUDY_INPUT_DIR ?? '/dev/input';
    this.#hid = (options.hid ?? process.platform !== 'linux') ? new HidPads() : null;
    this.#hid?.onAdded((source) => this.#added.emit(source));
    this.#hid?.onRemoved((source) => this.#removed.emit(source));
  }

  onAdded(listener: Listener<StickSource>): Unsubscribe {
    return this.#added.on(listener);
  }

  onRemoved(listener: Listener<StickSource>): Unsubscribe {
    return this.#removed.on(listener);
  }

  /** A gamepad that is there but may not be read. */
  onFault(listener: Listener<Fault>): Unsubscribe {
    return this.#faults.on(listener);
  }

  get sources(): readonly StickSource[] {
    return [...this.#open.values(), ...(this.#hid?.sources ?? [])];
  }

  start(): void {
    if (this.#timer) return;
    this.scan();
    this.#timer = setInterval(() => this.scan(), PERIOD);
    this.#timer.unref();
  }

  /** Looks once, now. */
  scan(): void {
    const present = this.#list();
    for (const [path, source] of this.#open) {
      if (source.gone || !present.includes(path)) this.#remove(path, source);
    }
    for (const path of present) if (!this.#open.has(path)) this.#add(path);
    for (const path of this.#refused) if (!present.includes(path)) this.#refused.delete(path);
    void this.#hid?.scan();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    for (const [path, source] of [...this.#open]) this.#remove(path, source);
    this.#hid?.close();
  }

  #list(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => /^js\d+$/.test(name))
        .sort()
        .map((name) => join(this.#folder, name))
        .filter((path) => {
          const about = statSync(path);
          return about.isCharacterDevice() || about.isFIFO();
        });
    } catch {
      // No such folder: a machine without joysticks.
      return [];
    }
  }

  #add(path: string): void {
    try {
      const { label, vendor } = identity(basename(path));
      const source = new JoystickLinux(path, { label, layout: layoutFor(vendor) });
      this.#open.set(path, source);
      this.#refused.delete(path);
      this.#added.emit(source);
    } catch (error) {
      if (this.#refused.has(path)) return;
      this.#refused.add(path);
      const { kind, message } = toFault(error);
      const tip = 'Add yourself to the group "input" (sudo usermod -aG input $USER) and log in again.';
      this.#faults.emit(toFault(fault(kind, `The gamepad at ${path} cannot be read: ${message}`, tip)));
    }
  }

  #remove(path: string, source: JoystickLinux): void {
    source.close();
    this.#open.delete(path);
    this.#removed.emit(source);
  }
}

/** What the kernel knows of a joystick: its name and its maker's USB id. */
function identity(name: string): { label: string; vendor: string | null } {
  const read = (file: string) => {
    try {
      return readFileSync(join('/sys/class/input', name, 'device', file), 'utf8').trim();
    } catch {
      return null;
    }
  };
  return { label: read('name') ?? `Gamepad ${name}`, vendor: read(join('id', 'vendor')) };
}
