import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { StickState } from '../../core/pilot';
import type { PadLayout } from './linux-layout';
import { layoutFor, toStandard } from './linux-layout';
import { PadSource } from './pad-source';

/** `struct js_event` of linux/joystick.h: u32 time (ms), s16 value, u8 type, u8 number, little-endian on every machine we run on. */
export interface JoystickEvent {
  readonly value: number;
  readonly kind: 'axis' | 'button';
  readonly number: number;
  /** Part of the state sent on opening, not a change. */
  readonly initial: boolean;
}
const SIZE = 8;
const BUTTON = 0x01;
const AXIS = 0x02;
const INIT = 0x80;

/** Whole events in `bytes` and what is left of the last one. Unknown kinds are skipped. */
export function parseJoystick(bytes: Buffer): { readonly events: readonly JoystickEvent[]; readonly rest: Buffer } {
  const events: JoystickEvent[] = [];
  const whole = bytes.length - (bytes.length % SIZE);
  for (let at = 0; at < whole; at += SIZE) {
    const type = bytes.readUInt8(at + 6);
    const kind = type & ~INIT;
    if (kind !== AXIS && kind !== BUTTON) continue;
    events.push({
      value: bytes.readInt16LE(at + 4),
      kind: kind === AXIS ? 'axis' : 'button',
      number: bytes.readUInt8(at + 7),
      initial: (type & INIT) !== 0,
    });
  }
  return { events, rest: bytes.subarray(whole) };
}

/**
 * A gamepad through the Linux joystick API. Opened without blocking and drained at each poll, so its latency is one
 * tick. A device that fails is gone for good; a named pipe (a virtual gamepad) merely rests while nobody writes to it.
 */
export class JoystickLinux extends PadSource {
  readonly #fd: number;
  readonly #pipe: boolean;
  readonly #layout: PadLayout;
  readonly #buffer = Buffer.alloc(SIZE * 64);
  #rest: Buffer = Buffer.alloc(0);
  #axes = new Map<number, number>();
  #buttons = new Map<number, number>();
  #gone = false;
  #settled = false;

  /** Throws what `open` throws: EACCES without the right to read, ENOENT when it is gone already. */
  constructor(path: string, options: { label?: string; layout?: PadLayout } = {}) {
    super(`joystick:${path}`, options.label ?? 'Gamepad');
    this.#layout = options.layout ?? layoutFor(null);
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#pipe = fstatSync(this.#fd).isFIFO();
  }

  /** True when the device failed or vanished; it then rests for ever. */
  get gone(): boolean {
    return this.#gone;
  }

  override poll(_now: number): StickState | null {
    if (this.#gone) return null;
    let state: StickState | null = null;
    for (;;) {
      const bytes = this.#drain();
      if (bytes === null) return state ?? this.#take();
      if (bytes.length === 0) return null;
      const { events, rest } = parseJoystick(Buffer.concat([this.#rest, bytes]));
      this.#rest = Buffer.from(rest);
      for (const event of events) {
        // The state before the first real change tells which controls were at rest then.
        if (!event.initial && !this.#settled) this.#take();
        if (!event.initial) this.#settled = true;
        if (event.kind === 'axis') this.#axes.set(event.number, Math.max(-1, event.value / 32767));
        else this.#buttons.set(event.number, event.value === 0 ? 0 : 1);
        // Each change is looked at: a button pressed and let go between two polls was pressed all the same.
        if (!event.initial) state = this.#take();
      }
    }
  }

  override close(): void {
    if (!this.#gone) closeSync(this.#fd);
    this.#gone = true;
    super.close();
  }

  #take(): StickState {
    return this.take(toStandard(this.#layout, this.#axes, this.#buttons));
  }

  /** New bytes; null = nothing new; empty = nobody at the other end, everything at rest. */
  #drain(): Buffer | null {
    try {
      const n = readSync(this.#fd, this.#buffer, 0, this.#buffer.length, null);
      if (n > 0) return this.#buffer.subarray(0, n);
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')) return null;
      this.close();
      return Buffer.alloc(0);
    }
    if (!this.#pipe) this.close();
    this.#atRest();
    return Buffer.alloc(0);
  }

  #atRest(): void {
    this.#rest = Buffer.alloc(0);
    this.#axes = new Map();
    this.#buttons = new Map();
    this.#settled = false;
    this.forget();
  }
}
