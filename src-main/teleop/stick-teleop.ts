import { Emitter } from '../core/emitter';
import { fault } from '../core/fault';
import type { Button, StickSource, StickState, Teleoperator } from '../core/pilot';
import type { RobotProfile } from '../core/profile';
import { fromHinge, toHinge } from '../core/profile';
import type { Listener, Observation, RobotSpec, Unit, Unsubscribe, Vector } from '../core/types';
import { CartesianDrive } from './cartesian';
import { Kinematics } from './kinematics';
import { isMoved, mergeSticks } from './merge';

export interface StickSettings {
  /** Share of full speed, 0..1. */
  readonly speed: number;
  readonly mode: 'cartesian' | 'joint';
  /** Moves only while a dead-man switch is held. */
  readonly deadman: boolean;
}

/** Full speeds: tool m/s; wrist and single joints rad/s; gripper in ratio/s. */
export const FULL_SPEED = { linear: 0.25, angular: 1.5, grip: 2 } as const;
const JOINT_SPEED: Record<Unit, number> = { rad: 1.5, m: 0.25, ratio: 2 };
/** A late tick does not become a leap, seconds. */
const LONGEST_DT = 0.05;
/** The target waits when it is this far ahead of the robot, and is brought back when it is further still. */
const LEAD: Record<Unit, number> = { rad: 0.3, m: 0.04, ratio: 0.22 };
const SNAP = 1.6;

/**
 * A person with any number of sticks. Keeps its own joint target and moves it by what the sticks say: in Cartesian mode
 * the tool flies along the axes of the base, in joint mode each axis turns one joint. At rest the target stands still.
 */
export class StickTeleop implements Teleoperator {
  readonly kind = 'person';
  readonly #profile: RobotProfile;
  readonly #drive: CartesianDrive | null;
  readonly #now: () => number;
  readonly #buttons = new Emitter<Button>();
  readonly #sources = new Map<StickSource, Unsubscribe>();
  #settings: StickSettings;
  #target: number[] = [];
  #t: number | null = null;
  readonly #gripper: number;

  /** `now`: the clock that times key ramps, seconds; the loop's own where time is virtual. */
  constructor(options: { profile: RobotProfile; settings: StickSettings; now?: () => number }) {
    const { profile } = options;
    this.#profile = profile;
    this.#settings = options.settings;
    this.#now = options.now ?? (() => performance.now() / 1000);
    this.#gripper = profile.joints.findIndex((j) => j.unit === 'ratio');
    this.#drive = driveOf(profile);
  }

  get settings(): StickSettings {
    return this.#settings;
  }

  configure(change: Partial<StickSettings>): void {
    if (change.mode !== undefined && change.mode !== this.#settings.mode) this.#drive?.reset();
    this.#settings = { ...this.#settings, ...change };
  }

  addSource(source: StickSource): void {
    if (!this.#sources.has(source))
      this.#sources.set(
        source,
        source.onButton((button) => this.#buttons.emit(button)),
      );
  }

  removeSource(source: StickSource): void {
    this.#sources.get(source)?.();
    this.#sources.delete(source);
  }

  get sources(): readonly StickSource[] {
    return [...this.#sources.keys()];
  }

  /** Reads every device now; their buttons fire from in here. */
  get active(): boolean {
    return isMoved(this.#stick());
  }

  /** Controls in use on any device, such as `key:KeyW`. */
  lit(): readonly string[] {
    return this.sources.flatMap((source) => source.lit());
  }

  onButton(listener: Listener<Button>): Unsubscribe {
    return this.#buttons.on(listener);
  }

  async start(robot: RobotSpec, seen: Observation): Promise<void> {
    const { joints, title } = this.#profile;
    if (robot.joints.length !== joints.length || robot.joints.some((j, i) => j.name !== joints[i]?.name)) {
      throw fault(
        'incompatible',
        `The controls are set up for ${title}, not for ${robot.title}`,
        'Open the robot again.',
      );
    }
    this.#target = joints.map((j, i) => within(seen.joints[i] ?? j.min, j.min, j.max));
    this.#t = null;
    this.#drive?.reset();
  }

  next(seen: Observation): Vector {
    const dt = within(seen.t - (this.#t ?? seen.t), 0, LONGEST_DT);
    this.#t = seen.t;
    const stick = this.#stick();
    this.#catchUp(seen.joints);
    if (dt > 0 && isMoved(stick)) this.#move(stick, dt, seen.joints);
    else this.#drive?.settle();
    return [...this.#target];
  }

  async stop(): Promise<void> {
    this.#t = null;
  }

  #stick(): StickState {
    const now = this.#now();
    return mergeSticks(
      this.sources.map((source) => source.poll(now)),
      this.#settings.deadman,
    );
  }

  #move(stick: StickState, dt: number, seen: Vector): void {
    const before = this.#target;
    const cartesian = this.#settings.mode === 'cartesian' && this.#drive;
    const wanted = cartesian ? this.#fly(cartesian, stick, dt) : this.#turn(stick, dt);
    // The arm's joints wait together, so that a slow one bends no line; the gripper minds only itself.
    const arm = wanted.map((_, i) => i).filter((i) => i !== this.#gripper);
    const flown = arm.every((i) => !this.#ahead(i, wanted, before, seen)) ? wanted : before;
    if (flown === before) this.#drive?.settle();
    const g = this.#gripper;
    this.#target = flown.map((v, i) => (i === g && !this.#ahead(g, wanted, before, seen) ? (wanted[g] as number) : v));
  }

  #fly(drive: CartesianDrive, stick: StickState, dt: number): number[] {
    const { speed } = this.#settings;
    const linear = FULL_SPEED.linear * speed;
    const angular = FULL_SPEED.angular * speed;
    // A diagonal is no faster than straight ahead.
    const over = Math.max(1, Math.hypot(stick.x, stick.y, stick.z));
    const k = linear / over;
    const motion = {
      v: [stick.x * k, stick.y * k, stick.z * k] as const,
      pitch: stick.pitch * angular,
      roll: stick.roll * angular,
    };
    const still = !stick.x && !stick.y && !stick.z && !stick.pitch && !stick.roll;
    const hinges = toHinge(this.#profile, this.#target);
    const out = fromHinge(this.#profile, still ? hinges : drive.advance(hinges, motion, dt));
    return out.map((v, i) =>
      i === this.#gripper
        ? this.#limited(i, (this.#target[i] as number) + stick.grip * FULL_SPEED.grip * speed * dt)
        : this.#limited(i, v),
    );
  }

  #turn(stick: StickState, dt: number): number[] {
    const axes = [stick.x, stick.y, stick.z, stick.pitch, stick.roll, stick.grip];
    return this.#target.map((v, i) => {
      const unit = this.#profile.joints[i]?.unit ?? 'rad';
      return this.#limited(i, v + (axes[i] ?? 0) * JOINT_SPEED[unit] * this.#settings.speed * dt);
    });
  }

  /** True when joint `i` would run further ahead of the robot than it may. */
  #ahead(i: number, wanted: readonly number[], before: readonly number[], seen: Vector): boolean {
    const lead = (v: readonly number[]) => Math.abs((v[i] as number) - (seen[i] ?? (v[i] as number)));
    return lead(wanted) > LEAD[this.#profile.joints[i]?.unit ?? 'rad'] && lead(wanted) > lead(before);
  }

  /** An arm that was pushed far from its target is not dragged back there when it is let go. */
  #catchUp(seen: Vector): void {
    const before = this.#target;
    this.#target = before.map((v, i) => {
      const here = seen[i];
      const most = LEAD[this.#profile.joints[i]?.unit ?? 'rad'] * SNAP;
      return here === undefined || !Number.isFinite(here) ? v : this.#limited(i, within(v, here - most, here + most));
    });
    if (this.#target.some((v, i) => v !== before[i])) this.#drive?.reset();
  }

  #limited(i: number, v: number): number {
    const j = this.#profile.joints[i];
    return j ? within(v, j.min, j.max) : v;
  }
}

const within = (v: number, low: number, high: number): number => Math.min(Math.max(v, low), high);

/** Null for an arm whose tool cannot be driven in space: it has joint mode only. */
function driveOf(profile: RobotProfile): CartesianDrive | null {
  try {
    const hingeSpeed = profile.joints.map((j) =>
      j.unit === 'ratio' ? (j.maxSpeed * (j.hinge[1] - j.hinge[0])) / (j.max - j.min) : j.maxSpeed,
    );
    return new CartesianDrive(Kinematics.of(profile), hingeSpeed);
  } catch {
    return null;
  }
}
