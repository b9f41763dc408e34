import { fault } from '../../src-main/core/fault';
import type { CameraRecord, Lock } from '../../src-main/core/media';
import { call } from '../bridge';
import { app } from '../state/app.svelte';
import { toasts } from '../state/toasts.svelte';
import { cameras } from './cameras';
import { type Device, freeName, type Match, matchCameras, nameProblem } from './identity';
import { Webcam } from './webcam';

const NOTHING: Match = { bySlot: new Map(), questions: [], missing: [], fresh: [] };
/** What a camera is asked for until a person chooses. */
const USUAL = { width: 640, height: 480, fps: 30, locks: {} };

/** The webcams the system knows, what a person calls them, and which are on. The records live in main's settings. */
class Webcams {
  devices = $state.raw<readonly Device[]>([]);
  permission = $state<'granted' | 'denied' | 'prompt' | 'unknown'>('unknown');
  records = $state.raw<readonly CameraRecord[]>([]);
  match = $state.raw<Match>(NOTHING);
  /** Open webcams by name. */
  open = $state.raw<ReadonlyMap<string, Webcam>>(new Map());
  /** Opened to be looked at while a person says which is which; by device id. */
  onTrial = $state.raw<ReadonlyMap<string, Webcam>>(new Map());
  /** One thing at a time: opening is slow, and each takes a name. */
  #queue: Promise<void> = Promise.resolve();

  async connect(): Promise<void> {
    navigator.mediaDevices.addEventListener('devicechange', () => void this.refresh());
    await this.#watchPermission();
    this.records = await call('camera.known').catch(() => []);
    await this.refresh();
  }

  /** Looks again at what is plugged in, and opens what should be on. */
  refresh(): Promise<void> {
    return this.#then(async () => {
      const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
      this.devices = all
        .filter((d) => d.kind === 'videoinput')
        .map((d) => ({ id: d.deviceId, group: d.groupId, label: d.label }));
      await this.#settle();
    });
  }

  /** A camera not seen before gets a name and goes on; a known one goes on under its name. */
  switchOn(device: Device, slot?: string): Promise<void> {
    return this.#then(async () => {
      const known = [...this.match.bySlot].find(([, d]) => d.id === device.id)?.[0];
      const name = slot ?? known ?? freeName(this.#taken(), app.current?.dataset?.cameras ?? []);
      const old = this.records.find((r) => r.slot === name) ?? USUAL;
      await this.#save({
        ...old,
        slot: name,
        deviceId: device.id,
        groupId: device.group,
        label: device.label,
        on: true,
      });
      this.#endTrials();
      await this.#settle();
    });
  }

  switchOff(slot: string): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      await this.#change(slot, { on: false });
      this.#close(slot);
    });
  }

  /** A record whose camera will not come back. */
  forget(slot: string): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      this.#close(slot);
      await this.#remember(this.records.filter((r) => r.slot !== slot));
      this.match = matchCameras(this.records, this.devices);
    });
  }

  rename(slot: string, name: string): Promise<void> {
    return this.reorder(new Map([[slot, name]]));
  }

  /** Gives an open webcam a name whose own camera is not there; that one's record is forgotten. */
  async takeOver(slot: string, name: string): Promise<void> {
    if (this.records.some((r) => r.slot === name)) await this.forget(name);
    await this.rename(slot, name);
  }

  /** Names change hands, all at once: old name → new name. */
  reorder(names: ReadonlyMap<string, string>): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      const others = this.records.map((r) => r.slot).filter((slot) => !names.has(slot));
      for (const name of names.values()) {
        const problem = nameProblem(name, others);
        if (problem) throw fault('bad-input', `A camera cannot be called “${name}”`, problem);
      }
      await this.#remember(this.records.map((r) => ({ ...r, slot: names.get(r.slot) ?? r.slot })));
      cameras.rename(names);
      this.open = new Map([...this.open.values()].map((webcam) => [webcam.offer.name, webcam]));
      this.match = matchCameras(this.records, this.devices);
    });
  }

  /** Another size or rate: the camera is opened anew. */
  choose(slot: string, mode: Partial<Pick<CameraRecord, 'width' | 'height' | 'fps'>>): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      await this.#change(slot, mode);
      this.#close(slot);
      await this.#settle();
    });
  }

  /** Holds a value, or lets the camera choose again (null). */
  hold(slot: string, lock: Lock, value: number | null): Promise<void> {
    return this.#then(async () => {
      await this.open.get(slot)?.hold(lock, value);
      const { [lock]: _, ...rest } = this.#record(slot).locks;
      await this.#change(slot, { locks: value === null ? rest : { ...rest, [lock]: value } });
      this.open = new Map(this.open);
    });
  }

  /** Shows the cameras of a question, so that a person can tell them apart. */
  tryOut(devices: readonly Device[]): Promise<void> {
    return this.#then(async () => {
      for (const device of devices) {
        if (this.onTrial.has(device.id)) continue;
        const record = {
          ...USUAL,
          slot: 'trial',
          deviceId: device.id,
          groupId: device.group,
          label: device.label,
          on: true,
        };
        const webcam = await Webcam.open(record, device.id, () => this.#endTrials());
        this.onTrial = new Map([...this.onTrial, [device.id, webcam]]);
      }
    });
  }

  /** What a person answered: this device is the one called so. */
  answer(slot: string, device: Device): Promise<void> {
    return this.switchOn(device, slot);
  }

  /** Opens what is plugged in, known and on, and is not open yet. */
  async #settle(): Promise<void> {
    this.match = matchCameras(this.records, this.devices);
    for (const [slot, device] of this.match.bySlot) {
      const record = this.#record(slot);
      if (!record.on || this.open.has(slot)) continue;
      await this.#open({ ...record, deviceId: device.id, groupId: device.group, label: device.label || record.label });
    }
  }

  async #open(record: CameraRecord): Promise<void> {
    try {
      const webcam = await Webcam.open(record, record.deviceId, (gone) => {
        toasts.show(gone);
        const slot = [...this.open].find(([, w]) => w === webcam)?.[0];
        if (slot) this.#close(slot);
      });
      // The camera may give another size than was asked for: what it gives is what is remembered.
      const { width, height } = webcam.offer;
      await this.#save({ ...record, width, height });
      cameras.add(webcam);
      this.open = new Map([...this.open, [record.slot, webcam]]);
      for (const { lock } of webcam.controls) {
        const value = record.locks[lock];
        if (value !== undefined) await webcam.hold(lock, value).catch((error) => toasts.show(error));
      }
    } catch (error) {
      toasts.show(error);
    }
  }

  #close(slot: string): void {
    if (!this.open.has(slot)) return;
    cameras.remove(slot, false);
    this.open = new Map([...this.open].filter(([name]) => name !== slot));
  }

  #endTrials(): void {
    for (const webcam of this.onTrial.values()) webcam.close();
    this.onTrial = new Map();
  }

  #record(slot: string): CameraRecord {
    const record = this.records.find((r) => r.slot === slot);
    if (!record) throw fault('not-found', `There is no camera called “${slot}”`, 'Switch one on in Setup.');
    return record;
  }

  /** Names that are given; the simulated cameras' too while they are there. */
  #taken(): readonly string[] {
    return [...this.records.map((r) => r.slot), ...cameras.offers().map((o) => o.name)];
  }

  #change(slot: string, change: Partial<CameraRecord>): Promise<void> {
    return this.#save({ ...this.#record(slot), ...change });
  }

  #save(record: CameraRecord): Promise<void> {
    const others = this.records.filter((r) => r.slot !== record.slot);
    const at = this.records.findIndex((r) => r.slot === record.slot);
    const place = at < 0 ? others.length : at;
    return this.#remember([...others.slice(0, place), record, ...others.slice(place)]);
  }

  async #remember(records: readonly CameraRecord[]): Promise<void> {
    this.records = records;
    await call('camera.remember', { cameras: [...records] });
  }

  /** A take's cameras stay as they are until it is over. */
  #assertIdle(): void {
    const phase = app.current?.record.phase ?? 'idle';
    if (phase === 'recording' || phase === 'countdown')
      throw fault('busy', 'A take is under way: its cameras stay as they are', 'Finish or discard the take first.');
  }

  /** Work in turn; a refusal becomes a toast. */
  #then(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error) => toasts.show(error));
    return this.#queue;
  }

  async #watchPermission(): Promise<void> {
    try {
      const status = await navigator.permissions.query({ name: 'camera' as PermissionName });
      this.permission = status.state;
      status.addEventListener('change', () => {
        this.permission = status.state;
        void this.refresh();
      });
    } catch {
      this.permission = 'unknown';
    }
  }
}

export const webcams = new Webcams();
