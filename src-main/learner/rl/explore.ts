import type { Random } from '../../core/random';
import type { Observation, Vector } from '../../core/types';

export type Act = (history: readonly Observation[]) => Promise<readonly Vector[]>;

/** How long an offset is remembered, in calls of the policy: a hand that errs, errs the same way for a while. */
const MEMORY = 6;

/**
 * The policy with noise on its plans: one offset per action channel and call, the same for all actions of the chunk,
 * drifting from call to call (an Ornstein–Uhlenbeck process, as Lillicrap et al. 2016 explore with). White noise would
 * be averaged out by the servos; a drifting one takes the arm to places it can learn from.
 * @param spread standard deviation of the offset per channel, robot units
 */
export function exploring(act: Act, spread: readonly number[], random: Random): Act {
  const keep = Math.exp(-1 / MEMORY);
  const fresh = Math.sqrt(1 - keep * keep);
  let offset = spread.map((s) => s * random.normal());
  return async (history) => {
    const plan = await act(history);
    const now = offset;
    offset = offset.map((value, i) => keep * value + fresh * (spread[i] ?? 0) * random.normal());
    return plan.map((target) => target.map((value, i) => value + (now[i] ?? 0)));
  };
}

/**
 * How far each action channel usually goes within a chunk, robot units: what noise is measured against. Half of it is the
 * mean of all channels, for a joint that hardly moved in few demonstrations may be the very one that has to.
 */
export function reachOf(targetStd: readonly number[], chunk: number, channels: number): number[] {
  const each = Array.from({ length: channels }, (_, channel) => {
    let square = 0;
    for (let k = 0; k < chunk; k++) square += (targetStd[k * channels + channel] ?? 0) ** 2;
    return Math.sqrt(square / Math.max(1, chunk));
  });
  const mean = each.reduce((sum, reach) => sum + reach, 0) / Math.max(1, channels);
  return each.map((reach) => (reach + mean) / 2);
}
