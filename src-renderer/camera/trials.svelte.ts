import type { Device } from './identity';
import { recordFor } from './records.svelte';
import { Webcam } from './webcam';

/** Webcams opened only to be looked at, while a person says which is which; by device id. */
export class Trials {
  open = $state.raw<ReadonlyMap<string, Webcam>>(new Map());

  /** Rejects with a `no-camera` fault. */
  async add(devices: readonly Device[]): Promise<void> {
    for (const device of devices) {
      if (this.open.has(device.id)) continue;
      const webcam = await Webcam.open(recordFor('trial', device), device.id, () => this.end());
      this.open = new Map([...this.open, [device.id, webcam]]);
    }
  }

  end(): void {
    for (const webcam of this.open.values()) webcam.close();
    this.open = new Map();
  }
}
