import { z } from 'zod';
import { LOCKS, type Lock } from '../../src-main/core/media';

/** How the browser names what we lock: a mode with `manual`, and the value to hold. */
const NAMES = {
  exposure: { mode: 'exposureMode', value: 'exposureTime', label: 'Exposure' },
  whiteBalance: { mode: 'whiteBalanceMode', value: 'colorTemperature', label: 'White balance' },
  focus: { mode: 'focusMode', value: 'focusDistance', label: 'Focus' },
} as const;

const span = z.object({ min: z.number(), max: z.number(), step: z.number().optional() });
const modes = z.array(z.string());
const abilities = z.object({
  exposureMode: modes.optional(),
  whiteBalanceMode: modes.optional(),
  focusMode: modes.optional(),
  exposureTime: span.optional(),
  colorTemperature: span.optional(),
  focusDistance: span.optional(),
});
const present = z.object({
  exposureMode: z.string().optional(),
  whiteBalanceMode: z.string().optional(),
  focusMode: z.string().optional(),
  exposureTime: z.number().optional(),
  colorTemperature: z.number().optional(),
  focusDistance: z.number().optional(),
});

/** One thing of a camera that can be held still. Values in the camera's own units. */
export interface Control {
  readonly lock: Lock;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
}

/** Only what this camera offers: both a manual mode and a value. `getCapabilities` and `getSettings` of its track. */
export function controlsOf(capabilities: unknown, settings: unknown): readonly Control[] {
  const can = abilities.safeParse(capabilities).data;
  const is = present.safeParse(settings).data ?? {};
  if (!can) return [];
  return LOCKS.flatMap((lock) => {
    const { mode, value, label } = NAMES[lock];
    const range = can[value];
    if (!can[mode]?.includes('manual') || !range || !(range.max > range.min)) return [];
    const { min, max } = range;
    const step = range.step && range.step > 0 ? range.step : (max - min) / 100;
    return [{ lock, label, min, max, step, value: is[value] ?? min }];
  });
}

/** Whether the camera may change it by itself, when it is not locked. */
export function hasAuto(capabilities: unknown, lock: Lock): boolean {
  return abilities.safeParse(capabilities).data?.[NAMES[lock].mode]?.includes('continuous') ?? false;
}

/** For `applyConstraints`: holds `value`; null lets the camera choose again. */
export function constraintsFor(lock: Lock, value: number | null): MediaTrackConstraints {
  const { mode, value: name } = NAMES[lock];
  const set: Record<string, unknown> = value === null ? { [mode]: 'continuous' } : { [mode]: 'manual', [name]: value };
  return { advanced: [set as MediaTrackConstraintSet] };
}
