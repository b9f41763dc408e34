import type { LiveTick } from '../core/state';
import type { SceneState } from '../core/task';
import type { Tick } from '../core/types';

/** What the page needs to draw one tick. */
export function liveTick(tick: Tick, scene: SceneState | null, lit: readonly string[]): LiveTick {
  const objects: Record<string, readonly number[]> = {};
  for (const [name, pose] of Object.entries(scene?.objects ?? {})) objects[name] = [...pose.pos, ...pose.quat];
  return {
    n: tick.n,
    t: tick.t,
    seen: tick.seen,
    asked: tick.asked,
    sent: tick.sent,
    pilot: tick.pilot,
    clamped: tick.clamped.length,
    objects,
    lit,
  };
}
