import { fault } from '../../src-main/core/fault';
import type { CameraRecord } from '../../src-main/core/media';
import { call } from '../bridge';
import type { Device } from './identity';

/** What a camera is asked for until a person chooses. */
const USUAL = { width: 640, height: 480, fps: 30, locks: {} };

export function recordFor(slot: string, { id, group, label }: Device): CameraRecord {
  return { ...USUAL, slot, deviceId: id, groupId: group, label, on: true };
}

/** What is remembered of each webcam between starts, in main's settings. */
export class CameraRecords {
  list = $state.raw<readonly CameraRecord[]>([]);

  async load(): Promise<void> {
    this.list = await call('camera.known').catch(() => []);
  }

  find(slot: string): CameraRecord | undefined {
    return this.list.find((r) => r.slot === slot);
  }

  /** Throws when there is none. */
  get(slot: string): CameraRecord {
    const record = this.find(slot);
    if (!record) throw fault('not-found', `There is no camera called “${slot}”`, 'Switch one on in Setup.');
    return record;
  }

  change(slot: string, change: Partial<CameraRecord>): Promise<void> {
    return this.save({ ...this.get(slot), ...change });
  }

  /** In the place of the one of its name, or behind all. */
  save(record: CameraRecord): Promise<void> {
    const known = this.find(record.slot);
    return this.replace(known ? this.list.map((r) => (r === known ? record : r)) : [...this.list, record]);
  }

  /** The list is the new one at once; resolves when main has it. */
  async replace(list: readonly CameraRecord[]): Promise<void> {
    this.list = list;
    await call('camera.remember', { cameras: [...list] });
  }
}
