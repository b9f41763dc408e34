import type { StickState } from '../../core/pilot';
import { norm, rotate, scale, type Vec3 } from '../../core/pose';
import type { Random } from '../../core/random';
import type { TaskId } from '../../core/task';
import type { Vector } from '../../core/types';
import type { Expert, ExpertEyes, Strategy } from './expert';

/** Speeds of a fully deflected stick at full speed scale: m/s, rad/s, gripper ratio/s (those of the teleoperator). */
const FULL = { linear: 0.2, angular: 1.5, grip: 1.5 };

/** How a hand trembles: m/s (standard deviation) and the seconds after which it has forgotten where it was off to. */
const WOBBLE = { size: 0.012, memory: 0.35 };

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
  #wobble: Vec3 = [0, 0, 0];
  #last: number | null = null;

  constructor(task: TaskId, eyes: ExpertEyes, strategy: Strategy, random: Random) {
    this.task = task;
    this.#eyes = eyes;
    this.#strategy = strategy;
    this.#random = random;
    this.#pace = random.between(0.8, 1.15);
  }

  get done(): boolean {
    return this.#eyes.success();
  }

  stick(seen: Vector, now: number): StickState {
    const eyes = this.#eyes;
    const tool = eyes.tool();
    const opening = seen[seen.length - 1] ?? 0;
    const want = this.#strategy({ tool, opening, object: (name) => eyes.object(name) });
    const points = rotate(tool.quat, [1, 0, 0]);
    const pitch = Math.atan2(points[2], Math.hypot(points[0], points[1]));
    const shake = this.#shake(now);
    // A hand that moves fast shakes more than one that rests.
    const share = 0.15 + Math.min(1, norm(want.velocity) / 0.1);
    const [x, y, z] = scale(want.velocity, this.#pace / FULL.linear);
    return {
      x: clip(x + (share * shake[0]) / FULL.linear),
      y: clip(y + (share * shake[1]) / FULL.linear),
      z: clip(z + (0.5 * share * shake[2]) / FULL.linear),
      pitch: clip((4 * (want.pitch - pitch)) / FULL.angular),
      roll: clip((5 * want.turn) / FULL.angular),
      grip: clip((8 * (want.opening - opening)) / FULL.grip),
      deadman: true,
    };
  }

  /** Ornstein–Uhlenbeck noise, m/s. */
  #shake(now: number): Vec3 {
    const dt = Math.min(0.1, Math.max(0, now - (this.#last ?? now)));
    this.#last = now;
    const keep = Math.exp(-dt / WOBBLE.memory);
    const kick = WOBBLE.size * Math.sqrt(1 - keep * keep);
    const [a, b, c] = this.#wobble;
    const r = this.#random;
    this.#wobble = [a * keep + kick * r.normal(), b * keep + kick * r.normal(), c * keep + kick * r.normal()];
    return this.#wobble;
  }
}

const clip = (v: number) => Math.max(-1, Math.min(1, v));
