import type { PadState } from './standard';

/**
 * Raw HID input reports → standard gamepad, as pure functions. A report's first byte is its id; null = not a report
 * with sticks in it. Layouts as documented by the Linux drivers hid-sony, hid-playstation and hid-nintendo.
 */
export type ReportParser = (report: Uint8Array) => PadState | null;

/** 0..255, 128 at rest → -1..1. */
const signed = (byte: number): number => Math.max(-1, Math.min(1, (byte - 127.5) / 127.5));
const bit = (byte: number, n: number): number => (byte >> n) & 1;
/** Eight directions clockwise from up; 8 and above = not pressed. */
const HAT: readonly (readonly [up: number, right: number, down: number, left: number])[] = [
  [1, 0, 0, 0],
  [1, 1, 0, 0],
  [0, 1, 0, 0],
  [0, 1, 1, 0],
  [0, 0, 1, 0],
  [0, 0, 1, 1],
  [0, 0, 0, 1],
  [1, 0, 0, 1],
];

interface SonyOffsets {
  readonly sticks: number;
  readonly buttons: number;
  readonly triggers: number;
}

function sony(report: Uint8Array, at: SonyOffsets): PadState | null {
  if (report.length < Math.max(at.buttons + 3, at.triggers + 2)) return null;
  const byte = (i: number) => report[i] as number;
  const [face, more, home] = [byte(at.buttons), byte(at.buttons + 1), byte(at.buttons + 2)];
  const [up, right, down, left] = HAT[face & 15] ?? [0, 0, 0, 0];
  const [square, cross, circle, triangle] = [4, 5, 6, 7].map((n) => bit(face, n)) as [number, number, number, number];
  const sticks = [0, 1, 2, 3].map((i) => signed(byte(at.sticks + i)));
  const triggers = [byte(at.triggers) / 255, byte(at.triggers + 1) / 255];
  const [l1, r1, , , share, options, l3, r3] = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => bit(more, n)) as number[];
  const buttons = [
    cross,
    circle,
    square,
    triangle,
    l1,
    r1,
    ...triggers,
    share,
    options,
    l3,
    r3,
    up,
    down,
    left,
    right,
    bit(home, 0),
  ];
  return { axes: sticks, buttons: buttons.map((v) => v ?? 0) };
}

/** Sony DualShock 4: report 0x01 by USB (and the short one by Bluetooth), 0x11 the full one by Bluetooth. */
export const dualShock4: ReportParser = (report) => {
  if (report[0] === 0x01) return sony(report, { sticks: 1, buttons: 5, triggers: 8 });
  if (report[0] === 0x11) return sony(report, { sticks: 3, buttons: 7, triggers: 10 });
  return null;
};

/** Sony DualSense: 0x01 by USB, 0x31 the full one by Bluetooth; its short Bluetooth report is a DualShock 4's. */
export const dualSense: ReportParser = (report) => {
  if (report[0] === 0x31) return sony(report, { sticks: 2, buttons: 9, triggers: 6 });
  if (report[0] !== 0x01) return null;
  return report.length <= 10 ? dualShock4(report) : sony(report, { sticks: 1, buttons: 8, triggers: 5 });
};

/** A Switch stick's 12-bit values run about this far from the middle; uncalibrated, so ends are cut off. */
const SWITCH_MIDDLE = 2048;
const SWITCH_REACH = 1400;

/** Nintendo Switch Pro Controller: full report 0x30 (after the USB handshake, see `HidPads`). Its up is positive. */
export const switchPro: ReportParser = (report) => {
  if (report[0] !== 0x30 || report.length < 12) return null;
  const byte = (i: number) => report[i] as number;
  const scaled = (raw: number) => Math.max(-1, Math.min(1, (raw - SWITCH_MIDDLE) / SWITCH_REACH));
  const stick = (at: number) => [
    scaled(byte(at) | ((byte(at + 1) & 15) << 8)),
    -scaled((byte(at + 1) >> 4) | (byte(at + 2) << 4)),
  ];
  const [right, shared, left] = [byte(3), byte(4), byte(5)];
  // By place, not by letter: Nintendo's B is at the bottom, where the standard has A.
  const face = [bit(right, 2), bit(right, 3), bit(right, 0), bit(right, 1)];
  const shoulders = [bit(left, 6), bit(right, 6), bit(left, 7), bit(right, 7)];
  const middle = [bit(shared, 0), bit(shared, 1), bit(shared, 3), bit(shared, 2)];
  const pad = [bit(left, 1), bit(left, 0), bit(left, 3), bit(left, 2), bit(shared, 4)];
  return { axes: [...stick(6), ...stick(9)], buttons: [...face, ...shoulders, ...middle, ...pad] };
};

export interface HidModel {
  readonly vendor: number;
  readonly products: readonly number[];
  readonly label: string;
  readonly parse: ReportParser;
  /** Reports to send once, so that it begins to talk. */
  readonly greeting?: readonly (readonly number[])[];
}

export const HID_MODELS: readonly HidModel[] = [
  { vendor: 0x054c, products: [0x05c4, 0x09cc, 0x0ba0], label: 'DualShock 4', parse: dualShock4 },
  { vendor: 0x054c, products: [0x0ce6, 0x0df2], label: 'DualSense', parse: dualSense },
  {
    vendor: 0x057e,
    products: [0x2009],
    label: 'Switch Pro Controller',
    parse: switchPro,
    // Handshake, then "talk over USB only".
    greeting: [
      [0x80, 0x02],
      [0x80, 0x04],
    ],
  },
];
