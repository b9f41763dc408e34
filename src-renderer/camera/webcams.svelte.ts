import { toasts } from '../state/toasts.svelte';
import { cameras } from './cameras';
import { Webcam } from './webcam';

const KEY = 'understudy.webcams';

interface Device {
  readonly id: string;
  readonly label: string;
}

function remembered(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];
  } catch {
    return [];
  }
}

/** The webcams the system knows, and which of them a person has switched on; remembered by device id. */
class Webcams {
  devices = $state.raw<readonly Device[]>([]);
  permission = $state<'granted' | 'denied' | 'prompt' | 'unknown'>('unknown');
  /** Slot by device id, for those that are on. */
  on = $state.raw<Readonly<Record<string, string>>>({});
  /** One camera is opened at a time: each takes the next free slot. */
  #queue: Promise<void> = Promise.resolve();

  async connect(): Promise<void> {
    navigator.mediaDevices.addEventListener('devicechange', () => void this.refresh());
    await this.#watchPermission();
    await this.refresh();
    const wanted = remembered();
    for (const device of this.devices) if (wanted.includes(device.id)) await this.switchOn(device);
  }

  async refresh(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.devices = all
      .filter((d) => d.kind === 'videoinput')
      .map((d, i) => ({ id: d.deviceId, label: d.label || `Camera ${i + 1}` }));
  }

  switchOn(device: Device): Promise<void> {
    this.#queue = this.#queue.then(() => this.#open(device));
    return this.#queue;
  }

  async #open(device: Device): Promise<void> {
    if (this.on[device.id]) return;
    try {
      const slot = cameras.freeSlot();
      const webcam = await Webcam.open(slot, device.id, device.label, (gone) => {
        toasts.show(gone);
        this.#forget(device.id);
      });
      cameras.add(webcam);
      this.on = { ...this.on, [device.id]: slot };
      this.#save([...new Set([...remembered(), device.id])]);
      if (!device.label || this.permission !== 'granted') await this.refresh();
    } catch (error) {
      toasts.show(error);
    }
  }

  switchOff(device: Device): void {
    this.#forget(device.id);
    this.#save(remembered().filter((id) => id !== device.id));
  }

  #forget(id: string): void {
    const slot = this.on[id];
    if (slot) cameras.remove(slot);
    const { [id]: _, ...rest } = this.on;
    this.on = rest;
  }

  #save(ids: readonly string[]): void {
    localStorage.setItem(KEY, JSON.stringify(ids));
  }

  async #watchPermission(): Promise<void> {
    try {
      const status = await navigator.permissions.query({ name: 'camera' as PermissionName });
      this.permission = status.state;
      status.addEventListener('change', () => {
        this.permission = status.state;
      });
    } catch {
      this.permission = 'unknown';
    }
  }
}

export const webcams = new Webcams();
