import type { Pilot } from '../core/pilot';
import type { Pump } from './pump';
import type { Rig } from './rig';

export interface TrialResult {
  readonly success: boolean;
  /** Seconds of robot time until success, or the task's time limit. */
  readonly seconds: number;
  readonly seed: number;
}

export interface TrialOptions {
  readonly rig: Rig;
  readonly pump: Pump;
  readonly pilot: Pilot;
  readonly kind: 'policy' | 'expert';
  readonly seed: number;
  /** After the reset, before the pilot takes the stick: begin a recording here. */
  readonly onStart?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

/** Seconds the world may settle after a new start before a trial's time begins. */
const SETTLE = 0.2;
/** Seconds to go on after success, so that a demonstration ends at rest and not in mid-motion. */
const AFTERMATH = 0.3;

/**
 * One rollout in simulation: new start, the pilot takes the stick, the task's own test judges. If a person takes over,
 * the trial goes on and is theirs; stopping the robot ends it as a failure.
 */
export async function runTrial({ rig, pump, pilot, kind, seed, onStart, signal }: TrialOptions): Promise<TrialResult> {
  const { world, seat } = rig;
  if (!world) throw new Error('a scored trial needs the simulated robot');
  const stopped = () => seat.mode === 'stopped';
  await rig.reset(seed);
  const settled = await pumpFor(pump, SETTLE, stopped, signal);
  world.begin();
  await onStart?.();
  await seat.sit(kind, pilot);
  try {
    const ended = await pumpFor(pump, world.task.timeLimit, () => world.success() || stopped(), signal);
    const success = world.success();
    if (success) await pumpFor(pump, AFTERMATH, stopped, signal);
    return { success, seconds: ended - settled, seed };
  } finally {
    if (!stopped()) await seat.release();
  }
}

/** Pumps until `done` or until `seconds` of robot time have passed; resolves to the time of the last tick. */
async function pumpFor(pump: Pump, seconds: number, done: () => boolean, signal?: AbortSignal): Promise<number> {
  let start: number | null = null;
  let last = 0;
  await pump((tick) => {
    start ??= tick.t;
    last = tick.t;
    return done() || tick.t - start >= seconds;
  }, signal);
  return last;
}
