import { type Fault, fault, toFault } from '../../src-main/core/fault';
import type { CameraRecord, Lock } from '../../src-main/core/media';
import { app } from '../state/app.svelte';
import { toasts } from '../state/toasts.svelte';
import { cameras } from './cameras';
import { Devices } from './devices.svelte';
import { type Device, freeName, type Match, matchCameras, nameProblem } from './identity';
import { CameraRecords, recordFor } from './records.svelte';
import { Trials } from './trials.svelte';
import { Webcam } from './webcam';

const NOTHING: Match = { bySlot: new Map(), questions: [], missing: [], fresh: [] };

/** The webcams the system knows, what a person calls them, which are on, and why one that should be is not. */
class Webcams {
  readonly devices = new Devices();
  readonly records = new CameraRecords();
  /** Opened to be looked at while a person says which is which. */
  readonly trials = new Trials();
  match = $state.raw<Match>(NOTHING);
  /** Open webcams by name. */
  open = $state.raw<ReadonlyMap<string, Webcam>>(new Map());
  /** Plugged in and switched on, but not open: why, by name. */
  failed = $state.raw<ReadonlyMap<string, Fault>>(new Map());
  /** One thing at a time: opening is slow, and each takes a name. */
  #queue: Promise<void> = Promise.resolve();

  async connect(): Promise<void> {
    await this.devices.watch(() => void this.refresh());
    await this.records.load();
    await this.refresh();
  }

  /** Looks again at what is plugged in, and opens what should be on. */
  refresh(): Promise<void> {
    return this.#then(async () => {
      await this.devices.look();
      await this.#settle();
    });
  }

  /** A camera not seen before gets a name and goes on; a known one goes on under its name. */
  switchOn(device: Device, slot?: string): Promise<void> {
    return this.#then(async () => {
      const known = [...this.match.bySlot].find(([, d]) => d.id === device.id)?.[0];
      const name = slot ?? known ?? freeName(this.#taken(), app.current?.dataset?.cameras ?? []);
      const { deviceId, groupId, label, ...usual } = recordFor(name, device);
      await this.records.save({ ...usual, ...this.records.find(name), deviceId, groupId, label, on: true });
      this.trials.end();
      await this.#settle();
    });
  }

  switchOff(slot: string): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      await this.records.change(slot, { on: false });
      this.#close(slot);
    });
  }

  /** A record whose camera will not come back. */
  forget(slot: string): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      this.#close(slot);
      await this.records.replace(this.records.list.filter((r) => r.slot !== slot));
      this.match = matchCameras(this.records.list, this.devices.list);
    });
  }

  rename(slot: string, name: string): Promise<void> {
    return this.reorder(new Map([[slot, name]]));
  }

  /** Gives an open webcam a name whose own camera is not there; that one's record is forgotten. */
  async takeOver(slot: string, name: string): Promise<void> {
    if (this.records.find(name)) await this.forget(name);
    await this.rename(slot, name);
  }

  /** Names change hands, all at once: old name → new name. */
  reorder(names: ReadonlyMap<string, string>): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      const others = this.records.list.map((r) => r.slot).filter((slot) => !names.has(slot));
      for (const name of names.values()) {
        const problem = nameProblem(name, others);
        if (problem) throw fault('bad-input', `A camera cannot be called “${name}”`, problem);
      }
      const renamed = (slot: string) => names.get(slot) ?? slot;
      await this.records.replace(this.records.list.map((r) => ({ ...r, slot: renamed(r.slot) })));
      cameras.rename(names);
      this.open = new Map([...this.open.values()].map((webcam) => [webcam.offer.name, webcam]));
      this.failed = new Map([...this.failed].map(([slot, why]) => [renamed(slot), why]));
      this.match = matchCameras(this.records.list, this.devices.list);
    });
  }

  /** Another size or rate: the camera is opened anew. */
  choose(slot: string, mode: Partial<Pick<CameraRecord, 'width' | 'height' | 'fps'>>): Promise<void> {
    return this.#then(async () => {
      this.#assertIdle();
      await this.records.change(slot, mode);
      this.#close(slot);
      await this.#settle();
    });
  }

  /** Holds a value, or lets the camera choose again (null). */
  hold(slot: string, lock: Lock, value: number | null): Promise<void> {
    return this.#then(async () => {
      await this.open.get(slot)?.hold(lock, value);
      const { [lock]: _, ...rest } = this.records.get(slot).locks;
      await this.records.change(slot, { locks: value === null ? rest : { ...rest, [lock]: value } });
      this.open = new Map(this.open);
    });
  }

  /** Shows the cameras of a question, so that a person can tell them apart. */
  tryOut(devices: readonly Device[]): Promise<void> {
    return this.#then(() => this.trials.add(devices));
  }

  endTrials(): Promise<void> {
    return this.#then(async () => this.trials.end());
  }

  /** Opens what is plugged in, known and on, and is not open yet. */
  async #settle(): Promise<void> {
    this.match = matchCameras(this.records.list, this.devices.list);
    this.failed = new Map([...this.failed].filter(([slot]) => this.match.bySlot.has(slot)));
    for (const [slot, device] of this.match.bySlot) {
      const record = this.records.get(slot);
      if (!record.on || this.open.has(slot)) continue;
      await this.#open({ ...record, deviceId: device.id, groupId: device.group, label: device.label || record.label });
    }
  }

  async #open(record: CameraRecord): Promise<void> {
    try {
      const webcam = await Webcam.open(record, record.deviceId, (gone) => {
        const slot = [...this.open].find(([, w]) => w === webcam)?.[0];
        if (!slot) return;
        this.#close(slot);
        this.#failed(slot, gone);
      });
      cameras.add(webcam);
      this.open = new Map([...this.open, [record.slot, webcam]]);
      this.failed = without(this.failed, record.slot);
      // The camera may give another size than was asked for: what it gives is what is remembered.
      const { width, height } = webcam.offer;
      await this.records.save({ ...record, width, height });
      for (const { lock } of webcam.controls) {
        const value = record.locks[lock];
        if (value !== undefined) await webcam.hold(lock, value).catch((error) => toasts.show(error));
      }
    } catch (error) {
      if (this.open.has(record.slot)) toasts.show(error);
      else this.#failed(record.slot, toFault(error));
    }
  }

  /** Told once, and then as long as it lasts where cameras are set up. */
  #failed(slot: string, why: Fault): void {
    if (this.failed.get(slot)?.message !== why.message) toasts.show(why);
    this.failed = new Map([...this.failed, [slot, why]]);
  }

  #close(slot: string): void {
    this.failed = without(this.failed, slot);
    if (!this.open.has(slot)) return;
    cameras.remove(slot, false);
    this.open = without(this.open, slot);
  }

  /** Names that are given; the simulated cameras' too while they are there. */
  #taken(): readonly string[] {
    return [...this.records.list.map((r) => r.slot), ...cameras.offers().map((o) => o.name)];
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
}

const without = <T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> =>
  new Map([...map].filter(([k]) => k !== key));

export const webcams = new Webcams();
