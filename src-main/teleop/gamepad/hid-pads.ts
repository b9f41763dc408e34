import type { Device, HIDAsync } from 'node-hid';
import { Emitter } from '../../core/emitter';
import type { StickSource, StickState } from '../../core/pilot';
import type { Listener, Unsubscribe } from '../../core/types';
import type { HidModel } from './hid-reports';
import { HID_MODELS } from './hid-reports';
import { PadSource } from './pad-source';

/** One gamepad as a raw HID device. Its newest report counts; when it fails it is at rest and gone. */
export class HidPad extends PadSource {
  #stick: StickState | null = null;
  #gone = false;

  constructor(
    id: string,
    readonly model: HidModel,
    private readonly device: HIDAsync,
    onGone: (pad: HidPad) => void,
  ) {
    super(id, model.label);
    device.on('data', (report: Uint8Array) => this.feed(report));
    device.on('error', () => {
      this.close();
      onGone(this);
    });
  }

  feed(report: Uint8Array): void {
    const pad = this.#gone ? null : this.model.parse(report);
    if (pad) this.#stick = this.take(pad);
  }

  override poll(_now: number): StickState | null {
    return this.#stick;
  }

  override close(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#stick = null;
    super.close();
    void this.device.close().catch(() => undefined);
  }
}

/** Finds known gamepads through node-hid. Finds none where its native part cannot be loaded. */
export class HidPads {
  readonly #added = new Emitter<StickSource>();
  readonly #removed = new Emitter<StickSource>();
  readonly #pads = new Map<string, HidPad>();
  #scanning = false;
  #closed = false;

  onAdded(listener: Listener<StickSource>): Unsubscribe {
    return this.#added.on(listener);
  }

  onRemoved(listener: Listener<StickSource>): Unsubscribe {
    return this.#removed.on(listener);
  }

  get sources(): readonly StickSource[] {
    return [...this.#pads.values()];
  }

  async scan(): Promise<void> {
    if (this.#scanning || this.#closed) return;
    this.#scanning = true;
    try {
      const hid = await import('node-hid');
      for (const device of await hid.devicesAsync()) await this.#meet(device, (path) => hid.HIDAsync.open(path));
    } catch {
      // No HID here (no library, no permission): the browser's gamepads remain.
    } finally {
      this.#scanning = false;
    }
  }

  close(): void {
    this.#closed = true;
    for (const pad of [...this.#pads.values()]) this.#drop(pad);
  }

  async #meet(device: Device, open: (path: string) => Promise<HIDAsync>): Promise<void> {
    const { path, vendorId, productId } = device;
    const model = HID_MODELS.find((m) => m.vendor === vendorId && m.products.includes(productId));
    if (!model || !path || this.#pads.has(path)) return;
    try {
      const handle = await open(path);
      const pad = new HidPad(`hid:${path}`, model, handle, (gone) => this.#drop(gone));
      if (this.#closed) return pad.close();
      this.#pads.set(path, pad);
      for (const report of model.greeting ?? []) await handle.write([...report]);
      this.#added.emit(pad);
    } catch {
      // Held by another program, or unplugged again: the next scan will tell.
      this.#pads.delete(path);
    }
  }

  #drop(pad: HidPad): void {
    pad.close();
    for (const [path, known] of this.#pads) if (known === pad) this.#pads.delete(path);
    this.#removed.emit(pad);
  }
}
