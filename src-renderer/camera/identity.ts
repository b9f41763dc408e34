import { type CameraRecord, SLOT } from '../../src-main/core/media';

/** A camera the system lists now. */
export interface Device {
  readonly id: string;
  readonly group: string;
  readonly label: string;
}

/** Cameras of one make that cannot be told apart: a person must say which is which. */
export interface Question {
  readonly slots: readonly string[];
  readonly devices: readonly Device[];
}

export interface Match {
  readonly bySlot: ReadonlyMap<string, Device>;
  readonly questions: readonly Question[];
  /** Remembered, and nothing of its make is plugged in. */
  readonly missing: readonly CameraRecord[];
  /** Never seen before. */
  readonly fresh: readonly Device[];
}

/** The make of a camera: its USB vendor:product where the label ends in one (as Chromium writes it), else the label. */
export const makeOf = (label: string): string =>
  /\(([0-9a-f]{4}:[0-9a-f]{4})\)\s*$/i.exec(label)?.[1]?.toLowerCase() ?? label.trim().toLowerCase();

/**
 * Which remembered camera is which device: by id, then by group, then by make where only one of it is left on both
 * sides. An id counts only while the make agrees: on Linux it stands for `/dev/videoN`, which another camera may have
 * taken since.
 */
export function matchCameras(records: readonly CameraRecord[], devices: readonly Device[]): Match {
  const bySlot = new Map<string, Device>();
  let free = [...devices];
  let open = [...records];
  const settle = (record: CameraRecord, device: Device) => {
    bySlot.set(record.slot, device);
    free = free.filter((d) => d !== device);
    open = open.filter((r) => r !== record);
  };
  const sameMake = (record: CameraRecord, device: Device) => makeOf(record.label) === makeOf(device.label);
  const unknown = (label: string) => label.trim() === '';

  for (const record of records) {
    const device = free.find((d) => d.id !== '' && d.id === record.deviceId);
    if (!device) continue;
    if (unknown(device.label) || unknown(record.label) || sameMake(record, device)) settle(record, device);
  }
  for (const record of [...open]) {
    const same = (d: Device) => d.group !== '' && d.group === record.groupId && sameMake(record, d);
    const candidates = free.filter(same);
    const rivals = open.filter((r) => r.groupId === record.groupId && makeOf(r.label) === makeOf(record.label));
    if (candidates.length === 1 && rivals.length === 1) settle(record, candidates[0] as Device);
  }
  const questions: Question[] = [];
  for (const make of new Set(open.map((r) => makeOf(r.label)))) {
    const wanted = open.filter((r) => makeOf(r.label) === make);
    const there = make === '' ? [] : free.filter((d) => makeOf(d.label) === make);
    if (there.length === 0) continue;
    if (wanted.length === 1 && there.length === 1) settle(wanted[0] as CameraRecord, there[0] as Device);
    else questions.push({ slots: wanted.map((r) => r.slot), devices: there });
  }
  const asked = (slot: string) => questions.some((q) => q.slots.includes(slot));
  return {
    bySlot,
    questions,
    missing: open.filter((r) => !asked(r.slot)),
    fresh: free.filter((d) => !questions.some((q) => q.devices.includes(d))),
  };
}

/** Why a name cannot be used, for a person; null when it can. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (!SLOT.test(name)) return 'Use letters, digits, “-” and “_”, at most 32, the first a letter or a digit.';
  return taken.includes(name) ? `“${name}” is another camera's name.` : null;
}

/** Names to begin with: what the dataset lacks, then the usual ones. */
export function freeName(taken: readonly string[], lacking: readonly string[]): string {
  const usual = [...lacking, 'front', 'wrist', 'webcam'];
  for (const name of usual) if (!taken.includes(name)) return name;
  for (let i = 2; ; i++) if (!taken.includes(`webcam-${i}`)) return `webcam-${i}`;
}
