import { z } from 'zod';
import layoutData from '../../../resources/gamepads/linux-joystick.json';
import type { PadState } from './standard';

const AXES = ['left-x', 'left-y', 'right-x', 'right-y'] as const;
/** In the order of the W3C standard gamepad. */
const BUTTONS = [
  'a',
  'b',
  'x',
  'y',
  'lb',
  'rb',
  'lt',
  'rt',
  'back',
  'start',
  'l3',
  'r3',
  'up',
  'down',
  'left',
  'right',
  'guide',
] as const;

const axisName = z.enum([...AXES, 'lt', 'rt', 'hat-x', 'hat-y']);
const buttonName = z.enum([...BUTTONS, 'lt-click', 'rt-click', 'capture']);
const layoutSchema = z.object({
  name: z.string(),
  /** USB vendor ids, four hex digits. */
  vendors: z.array(z.string().length(4)),
  axes: z.array(axisName),
  buttons: z.array(buttonName),
});
export type PadLayout = z.infer<typeof layoutSchema>;

export const LAYOUTS: readonly PadLayout[] = z
  .object({ layouts: z.array(layoutSchema).min(1) })
  .parse(layoutData).layouts;

/** The layout for a USB vendor id; pads of unknown make are nearly all made to look like an Xbox controller. */
export function layoutFor(vendor: string | null): PadLayout {
  const found = LAYOUTS.find((l) => vendor !== null && l.vendors.includes(vendor.toLowerCase()));
  return found ?? (LAYOUTS.find((l) => l.name === 'xbox') as PadLayout);
}

/** Numbered joystick axes (-1..1) and buttons → standard gamepad. Controls never heard of are at rest. */
export function toStandard(
  layout: PadLayout,
  axes: ReadonlyMap<number, number>,
  buttons: ReadonlyMap<number, number>,
): PadState {
  const axis = (name: string, rest: number) => axes.get(place(layout.axes, name)) ?? rest;
  const press = (name: string) => buttons.get(place(layout.buttons, name)) ?? 0;
  const hatX = axis('hat-x', 0);
  const hatY = axis('hat-y', 0);
  const special: Readonly<Record<string, number>> = {
    lt: Math.max(press('lt'), (axis('lt', -1) + 1) / 2),
    rt: Math.max(press('rt'), (axis('rt', -1) + 1) / 2),
    up: Math.max(0, -hatY),
    down: Math.max(0, hatY),
    left: Math.max(0, -hatX),
    right: Math.max(0, hatX),
  };
  return { axes: AXES.map((name) => axis(name, 0)), buttons: BUTTONS.map((name) => special[name] ?? press(name)) };
}

const place = (names: readonly string[], name: string): number => names.indexOf(name);
