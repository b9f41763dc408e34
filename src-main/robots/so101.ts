import type { AbortSignalLike } from '../core/clock';
import { fault } from '../core/fault';
import type { Link } from '../core/link';
import { type RobotProfile, specOf } from '../core/profile';
import type { Robot } from '../core/robot';
import type { Listener, RobotSpec, Unsubscribe, Vector } from '../core/types';
import { type BusOptions, type BusStatistics, FeetechBus } from '../motors/feetech/bus';
import { decode, type ErrorFlag, errorNames, REGISTERS, type RegisterName } from '../motors/feetech/registers';
import type { Calibration } from './calibration';
import { calibratedMaps, type JointMap, profileMaps } from './joint-map';
import { PositionReader } from './position-reader';
import { calibrationOf, checkCalibration, configure, findServos, readEeproms } from './so101-setup';

export interface So101Options {
  readonly link: Link;
  readonly profile: RobotProfile;
  /** `so101-sim` counts ticks as the profile says; every other kind by its calibration. */
  readonly kind?: string;
  /** Without one, the calibration stored in the servos themselves is used. */
  readonly calibration?: Calibration;
  readonly bus?: BusOptions;
}

export interface ServoReading {
  readonly joint: string;
  /** Share of the stall torque, −1..1. */
  readonly load: number;
  readonly volts: number;
  readonly celsius: number;
  readonly amperes: number;
  readonly errors: readonly ErrorFlag[];
}

/** Ticks (3.5°) by which gravity may pull a halted joint off its goal. */
const SAG = 40;

/** An SO-101 follower arm: six STS3215 on one bus, real or virtual. See `Robot` for what is owed. */
export class So101 implements Robot {
  readonly spec: RobotSpec;
  readonly #options: So101Options;
  readonly #ids: readonly number[];
  readonly #bus: FeetechBus;
  readonly #positions: PositionReader;
  #maps: readonly JointMap[];
  /** Last goals sent, ticks; null until torque is on. */
  #goal: readonly number[] | null = null;
  #halted = false;
  #closing: Promise<void> | null = null;

  constructor(options: So101Options) {
    this.#options = options;
    this.spec = specOf(options.profile, options.kind);
    this.#ids = options.profile.joints.map(({ servo }) => servo);
    this.#bus = new FeetechBus(options.link, options.bus);
    this.#positions = new PositionReader(this.#bus, this.#ids);
    this.#maps = profileMaps(options.profile);
  }

  get statistics(): Readonly<BusStatistics> {
    return this.#bus.statistics;
  }

  async connect(signal?: AbortSignalLike): Promise<void> {
    const { link, profile } = this.#options;
    const go = (): void => {
      if (signal?.aborted || this.#closing)
        throw fault('cancelled', 'Connecting was cancelled.', 'Connect again when you are ready.');
    };
    go();
    await link.open();
    go();
    await findServos(this.#bus, profile);
    go();
    const eeproms = await readEeproms(this.#bus, this.#ids);
    if (this.spec.kind !== 'so101-sim') {
      const calibration = this.#options.calibration ?? calibrationOf(profile, eeproms);
      checkCalibration(calibration, profile, eeproms);
      this.#maps = calibratedMaps(profile, calibration);
    }
    go();
    await configure(this.#bus, profile.joints, eeproms);
    go();
    // The goal comes before the torque, so that nothing moves when it comes on.
    const present = await this.#positions.read();
    for (const [i, id] of this.#ids.entries()) await this.#bus.write(id, 'Goal_Position', present[i] as number);
    this.#goal = present;
    for (const id of this.#ids) {
      await this.#bus.write(id, 'Torque_Enable', 1);
      await this.#bus.write(id, 'Lock', 1);
    }
  }

  async read(): Promise<Vector> {
    return this.#values(await this.#positions.read());
  }

  async apply(target: Vector): Promise<Vector> {
    if (target.length !== this.#ids.length || !target.every(Number.isFinite)) {
      throw fault(
        'bad-input',
        `A command of [${target.join(', ')}] was refused.`,
        `The ${this.spec.title} takes ${this.#ids.length} finite numbers.`,
      );
    }
    const ticks = target.map((value, i) => (this.#maps[i] as JointMap).toTicks(value));
    await this.#bus.syncWrite('Goal_Position', this.#ids, ticks);
    this.#goal = ticks;
    this.#halted = false;
    return this.#values(ticks);
  }

  async halt(): Promise<void> {
    if (!this.#goal) return;
    try {
      // Where it cannot be read, the last place known beats a goal far away.
      const here = await this.#positions.read().catch(() => this.#positions.last ?? this.#goal);
      if (!here) return;
      // An arm sags a little below its goal: halting again and again must not let it creep down.
      const hold = this.#halted && within(here, this.#goal, SAG) ? this.#goal : here;
      await this.#bus.syncWrite('Goal_Position', this.#ids, hold);
      this.#goal = hold;
      this.#halted = true;
    } catch {
      // The link is gone: there is nobody left to tell.
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Load, supply, heat and errors of every servo, in one exchange. */
  async readServos(): Promise<ServoReading[]> {
    const first = REGISTERS.Present_Position.address;
    const blocks = await this.#bus.syncReadBlock(this.#ids, first, 15);
    return blocks.map((block, i) => {
      const get = (name: RegisterName) => decode(REGISTERS[name], block, REGISTERS[name].address - first);
      return {
        joint: this.spec.joints[i]?.name ?? '',
        load: get('Present_Load') / 1000,
        volts: get('Present_Voltage') / 10,
        celsius: get('Present_Temperature'),
        amperes: get('Present_Current') * 0.0065,
        errors: errorNames(get('Status')),
      };
    });
  }

  /** Called when a servo begins or ceases to report errors; an empty list is the all-clear. */
  onServoError(listener: Listener<{ readonly joint: string; readonly errors: readonly ErrorFlag[] }>): Unsubscribe {
    return this.#bus.onFlags(({ id, flags }) => {
      listener({ joint: this.spec.joints[this.#ids.indexOf(id)]?.name ?? `servo ${id}`, errors: errorNames(flags) });
    });
  }

  async #close(): Promise<void> {
    try {
      // Nobody acknowledges a sync write, so look whether it arrived.
      for (let attempt = 0; this.#goal && attempt < 3; attempt++) {
        await this.#bus.syncWrite(
          'Torque_Enable',
          this.#ids,
          this.#ids.map(() => 0),
        );
        const left = await this.#bus.syncRead(this.#ids, 'Torque_Enable').catch(() => [1]);
        if (left.every((on) => on === 0)) break;
      }
    } catch {
      // The link is gone.
    }
    this.#goal = null;
    this.#bus.dispose();
    await this.#options.link.close();
  }

  #values(ticks: readonly number[]): number[] {
    return ticks.map((tick, i) => (this.#maps[i] as JointMap).toValue(tick));
  }
}

const within = (a: readonly number[], b: readonly number[], distance: number): boolean =>
  a.every((value, i) => Math.abs(value - (b[i] as number)) <= distance);
