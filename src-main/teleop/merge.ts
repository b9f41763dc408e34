import type { StickAxis } from '../core/controls';
import type { StickState } from '../core/pilot';
import { RESTING_STICK } from '../core/pilot';

const AXES: readonly StickAxis[] = ['x', 'y', 'z', 'pitch', 'roll', 'grip'];
/** Below this a stick is at rest. Devices have their own, larger dead zones; this one is for what they let through. */
const DEAD_ZONE = 0.05;
/** Share of the cubic part: fine near the middle, full speed at the end. */
const EXPO = 0.4;

/**
 * Several devices as one stick: by axis, the one that is moved furthest. With `deadman`, a device counts only while
 * its own dead-man switch is held. Values that are no numbers count as rest.
 */
export function mergeSticks(states: readonly (StickState | null)[], deadman: boolean): StickState {
  const out: { -readonly [K in keyof StickState]: StickState[K] } = { ...RESTING_STICK };
  for (const state of states) {
    if (!state || (deadman && !state.deadman)) continue;
    out.deadman ||= state.deadman;
    for (const axis of AXES) {
      const v = Number.isFinite(state[axis]) ? Math.min(Math.max(state[axis], -1), 1) : 0;
      if (Math.abs(v) > Math.abs(out[axis])) out[axis] = v;
    }
  }
  for (const axis of AXES) out[axis] = shaped(out[axis]);
  return out;
}

export const isMoved = (stick: StickState): boolean => AXES.some((axis) => stick[axis] !== 0);

function shaped(v: number): number {
  const size = Math.abs(v);
  if (size <= DEAD_ZONE) return 0;
  const u = (size - DEAD_ZONE) / (1 - DEAD_ZONE);
  return Math.sign(v) * ((1 - EXPO) * u + EXPO * u ** 3);
}
