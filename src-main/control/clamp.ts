import type { ClampNote, RobotSpec, Unit, Vector } from '../core/types';

/**
 * How far a command may be ahead of where the joint is now, in the joint's own unit. A dead host then leaves at most
 * this much motion in the servos, and a blocked joint is never pushed with more than this much error.
 */
export const MAX_LEAD: Readonly<Record<Unit, number>> = { rad: 0.35, m: 0.05, ratio: 0.25 };

/** A tick that comes late may not be used as leave to leap: at most this much time counts, seconds. */
const LONGEST_DT = 0.1;

export interface ClampInput {
  readonly target: Vector;
  /** What was sent last. */
  readonly previous: Vector;
  /** Measured positions. */
  readonly seen: Vector;
  /** Seconds since `previous` was sent. */
  readonly dt: number;
  readonly maxLead?: Readonly<Record<Unit, number>>;
}

export interface ClampResult {
  readonly sent: Vector;
  /** One note per rule and joint that changed the command; `wrong-length` has joint -1. */
  readonly notes: readonly ClampNote[];
}

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
const finite = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/**
 * The one gate between whoever drives and the motors. Pure. The result is finite, has one number per joint, and keeps,
 * in this order of precedence: joint limits; at most `maxLead` away from the present position; at most
 * `maxSpeed * dt` away from the previous command. Only the lead (and a limit) may overrule the speed, and then only
 * towards the present position: an arm that was pushed away pushes back less, never more.
 */
export function clampCommand(
  spec: RobotSpec,
  { target, previous, seen, dt, maxLead = MAX_LEAD }: ClampInput,
): ClampResult {
  const notes: ClampNote[] = [];
  const whole = target.length === spec.joints.length;
  if (!whole) notes.push({ joint: -1, rule: 'wrong-length' });
  const time = Number.isFinite(dt) ? within(dt, 0, LONGEST_DT) : 0;

  const sent = spec.joints.map((j, i) => {
    const here = seen[i];
    const before = previous[i];
    const present = finite(here) ? within(here, j.min, j.max) : undefined;
    const last = within(finite(before) ? before : (present ?? 0), j.min, j.max);
    const wanted = whole ? target[i] : last;
    if (!finite(wanted)) notes.push({ joint: i, rule: 'not-a-number' });

    const asked = finite(wanted) ? wanted : last;
    const legal = within(asked, j.min, j.max);
    if (legal !== asked) notes.push({ joint: i, rule: 'limit' });

    const slow = within(legal, last - j.maxSpeed * time, last + j.maxSpeed * time);
    if (slow !== legal) notes.push({ joint: i, rule: 'speed' });

    const lead = maxLead[j.unit];
    const near = present === undefined ? slow : within(slow, present - lead, present + lead);
    if (near !== slow) notes.push({ joint: i, rule: 'step' });
    return within(near, j.min, j.max);
  });
  return { sent, notes };
}
