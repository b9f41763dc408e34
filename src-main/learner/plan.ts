import type { Vector } from '../core/types';

/** A chunk of actions on the clock: action k is meant for `t + k / rate`. */
export interface Plan {
  readonly t: number;
  readonly rate: number;
  readonly actions: readonly Vector[];
}

/** What one plan wants at time `t`, between its actions; the last one stands for one period; then null. */
export function planAt(plan: Plan, t: number): Vector | null {
  const at = (t - plan.t) * plan.rate;
  const slack = 1e-6;
  if (at < -slack || at > plan.actions.length + slack) return null;
  const k = Math.min(plan.actions.length - 1, Math.max(0, Math.floor(at + slack)));
  const before = plan.actions[k] as Vector;
  const after = plan.actions[k + 1] ?? before;
  const share = Math.min(1, Math.max(0, at - k));
  return before.map((value, j) => value + ((after[j] ?? value) - value) * share);
}

/**
 * What all plans (oldest first) together want at `t`, the newest weighing 1 and older ones exp(−m · age); null when
 * none covers this moment. With one plan this is the plan.
 */
export function planTarget(plans: readonly Plan[], t: number, m: number): Vector | null {
  let sum: number[] | null = null;
  let weights = 0;
  for (const [i, plan] of plans.entries()) {
    const target = planAt(plan, t);
    if (!target) continue;
    const weight = Math.exp(-m * (plans.length - 1 - i));
    weights += weight;
    sum = target.map((value, j) => (sum?.[j] ?? 0) + value * weight);
  }
  return sum ? sum.map((value) => value / weights) : null;
}
