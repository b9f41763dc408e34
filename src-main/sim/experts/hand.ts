import type { StickState } from '../../core/pilot';
import { norm, type Pose, rotate, type Vec3 } from '../../core/pose';
import type { Random } from '../../core/random';
import type { TaskId } from '../../core/task';
import type { Vector } from '../../core/types';
import type { Expert, ExpertEyes, Strategy } from './expert';

/**
 * What the hand has learnt about its stick, that is about `StickTeleop` at full speed scale: speeds of a fully deflected
 * stick (m/s, rad/s, gripper ratio/s), dead zone and the cubic share of its curve. A little wrong does no harm: eyes correct.
 */
const FULL = { linear: 0.25, angular: 1.5, grip: 2 };
const DEAD_ZONE = 0.05;
const EXPO = 0.4;
/** Shares of full speed too small to bother the stick with. */
const STILL = 0.008;

/** How a hand trembles: standard deviations in m/s and ratio/s, and the seconds after which it has forgotten where it was off to. */
const WOBBLE = { linear: 0.007, grip: 0.12, memory: 0.35 };
/** Now and then it slips: so often a second, for so long, at up to this speed. */
const SLIP = { rate: 0.25, seconds: 0.25, linear: 0.06, grip: 0.5 };
/** A hand closes and opens the gripper no faster than this, ratio/s. */
const GRIP_SPEED = 0.7;

/**
 * A human-like hand on the stick: carries out a strategy at its own pace, a little shaky. The shake pushes the arm off
 * the straight path, so that demonstrations contain the way back (Laskey et al. 2017, noise injection).
 */
export class Hand implements Expert {
  readonly task: TaskId;
  readonly #eyes: ExpertEyes;
  readonly #strategy: Strategy;
  readonly #random: Random;
  readonly #pace: number;
  readonly #whim: Vec3;
  /** x, y, z in m/s and grip in ratio/s. */
  #wobble: readonly number[] = [0, 0, 0, 0];
  #slip: readonly number[] = [0, 0, 0, 0];
  #slipUntil = 0;
  #last: number | null = null;

  constructor(task: TaskId, eyes: ExpertEyes, strategy: Strategy, random: Random) {
    this.task = task;
    this.#eyes = eyes;
    this.#strategy = strategy;
    this.#random = random;
    this.#whim = [random.fork(1).next(), random.fork(2).next(), random.fork(3).next()];
    this.#pace = random.between(0.8, 1.15);
  }

  get done(): boolean {
    return this.#eyes.success();
  }

  stick(seen: Vector): StickState {
    const eyes = this.#eyes;
    const tool = eyes.tool();
    const opening = seen[seen.length - 1] ?? 0;
    const want = this.#strategy({
      tool,
      opening,
      time: eyes.elapsed,
      whim: this.#whim,
      object: (name) => eyes.object(name),
    });
    const pitch = pitchOf(tool);
    const shake = this.#shake(eyes.time);
    // A hand that moves fast shakes more than one that rests.
    const share = 0.15 + Math.min(1, norm(want.velocity) / 0.08);
    const axis = (i: 0 | 1 | 2) => deflection((this.#pace * want.velocity[i] + share * (shake[i] ?? 0)) / FULL.linear);
    const grip = Math.max(-GRIP_SPEED, Math.min(GRIP_SPEED, 8 * (want.opening - opening))) + share * (shake[3] ?? 0);
    return {
      x: axis(0),
      y: axis(1),
      z: axis(2),
      pitch: deflection((4 * (want.pitch - pitch)) / FULL.angular),
      roll: deflection((5 * want.turn) / FULL.angular),
      grip: deflection(grip / FULL.grip),
      deadman: true,
    };
  }

  /** Ornstein–Uhlenbeck noise and, rarely, a slip. */
  #shake(now: number): readonly number[] {
    const dt = Math.min(0.1, Math.max(0, now - (this.#last ?? now)));
    this.#last = now;
    const keep = Math.exp(-dt / WOBBLE.memory);
    const kick = Math.sqrt(1 - keep * keep);
    const r = this.#random;
    this.#wobble = this.#wobble.map((v, i) => v * keep + kick * (i < 3 ? WOBBLE.linear : WOBBLE.grip) * r.normal());
    if (r.next() < SLIP.rate * dt) {
      this.#slip = [SLIP.linear, SLIP.linear, SLIP.linear, SLIP.grip].map((most) => r.between(-most, most));
      this.#slipUntil = now + SLIP.seconds;
    }
    return now < this.#slipUntil ? this.#wobble.map((v, i) => v + (this.#slip[i] ?? 0)) : this.#wobble;
  }
}

/** How far above the horizon the tool points, seen in the upright plane through the base; goes on smoothly past straight down. */
function pitchOf({ pos, quat }: Pose): number {
  const [x, y, z] = rotate(quat, [1, 0, 0]);
  return Math.atan2(z, (x * pos[0] + y * pos[1]) / (Math.hypot(pos[0], pos[1]) || 1));
}

/** The deflection that makes the stick's curve give this share of full speed (Newton's method on the cubic). */
function deflection(share: number): number {
  const size = Math.min(1, Math.abs(share));
  if (!(size > STILL)) return 0;
  let u = size;
  for (let i = 0; i < 4; i++) u -= ((1 - EXPO) * u + EXPO * u ** 3 - size) / (1 - EXPO + 3 * EXPO * u * u);
  return Math.sign(share) * (DEAD_ZONE + (1 - DEAD_ZONE) * u);
}
