import type { Plant } from '../core/plant';
import {
  decode,
  ERROR_FLAGS,
  encode,
  RAM_START,
  REGISTERS,
  type RegisterName,
  TICKS_PER_TURN,
} from '../motors/feetech/registers';
import { ServoHealth } from './servo-health';
import { factoryMemory, MEMORY_SIZE, powerOn } from './servo-memory';

export interface VirtualServoOptions {
  readonly id: number;
  readonly plant: Plant;
  /** Which of the plant's joints it turns. */
  readonly joint: number;
  /** Raw ticks at hinge angle 0. */
  readonly zero?: number;
  /** EEPROM values that differ from the factory's. */
  readonly eeprom?: Partial<Record<RegisterName, number>>;
}

const RADIANS_PER_TICK = (2 * Math.PI) / TICKS_PER_TURN;
const REPORT = REGISTERS.Present_Position.address;

/**
 * One STS3215 without the wire: its control table, EEPROM lock, position mode, limits, homing offset, and the errors
 * it raises. Position control itself is the plant's. Modes other than position hold still.
 */
export class VirtualServo {
  readonly health = new ServoHealth();
  readonly #plant: Plant;
  readonly #joint: number;
  readonly #zero: number;
  /** What survives a power cycle. */
  readonly #eeprom: Uint8Array;
  readonly #memory = new Uint8Array(MEMORY_SIZE);
  #prepared: { address: number; data: Uint8Array } | null = null;
  /** The goal on its way at Goal_Velocity, ticks; null = start from where the joint is. */
  #setpoint: number | null = null;

  constructor({ id, plant, joint, zero = 2047, eeprom = {} }: VirtualServoOptions) {
    this.#plant = plant;
    this.#joint = joint;
    this.#zero = zero;
    this.#eeprom = factoryMemory({ ...eeprom, ID: id });
    this.powerCycle();
  }

  get id(): number {
    return this.get('ID');
  }

  get(name: RegisterName): number {
    return decode(REGISTERS[name], this.#memory, REGISTERS[name].address);
  }

  /** Forgets RAM, unlocked or not; the real one comes up with torque on, holding where it is. */
  powerCycle(): void {
    powerOn(this.#memory, this.#eeprom);
    this.#prepared = null;
    this.#setpoint = null;
    this.health.reset();
    this.#set('Goal_Position', this.#presentTicks());
    this.#drive(0);
  }

  /** Error flags, as in the status byte. */
  get flags(): number {
    return this.health.flags;
  }

  /** `length` bytes from `address` on; addresses beyond the table read 0. */
  read(address: number, length: number): Uint8Array {
    if (address + length > REPORT) this.#report();
    const out = new Uint8Array(length);
    out.set(this.#memory.subarray(address, Math.min(address + length, MEMORY_SIZE)));
    return out;
  }

  write(address: number, data: Uint8Array): void {
    // The report registers and the identity of the model cannot be written.
    const writable = (at: number) =>
      at >= REGISTERS.ID.address && (at < REPORT || at >= REGISTERS.Maximum_Acceleration.address) && at < MEMORY_SIZE;
    const unlocked = this.get('Lock') === 0;
    const goal = this.get('Goal_Position');
    data.forEach((value, i) => {
      const at = address + i;
      if (!writable(at)) return;
      this.#memory[at] = value;
      if (at < RAM_START && unlocked) this.#eeprom[at] = value;
    });
    const touched = (name: RegisterName) =>
      address <= REGISTERS[name].address && REGISTERS[name].address < address + data.length;
    if (touched('Torque_Enable')) this.#switchTorque();
    if (this.get('Goal_Position') !== goal) this.health.newGoal();
    this.#drive(0);
  }

  prepare(address: number, data: Uint8Array): void {
    this.#prepared = { address, data };
  }

  act(): void {
    if (!this.#prepared) return;
    this.write(this.#prepared.address, this.#prepared.data);
    this.#prepared = null;
  }

  /** `seconds` have passed since the last call. */
  step(seconds: number): void {
    const on = this.#torqueOn;
    this.health.step(seconds, on ? this.#plant.load(this.#joint) : 0, (name) => this.get(name));
    if (on && this.health.tripped(this.get('Unloading_Condition') & ~ERROR_FLAGS.overload))
      this.#set('Torque_Enable', 0);
    this.#drive(seconds);
  }

  get #torqueOn(): boolean {
    return this.get('Torque_Enable') === 1;
  }

  #switchTorque(): void {
    if (this.get('Torque_Enable') === 128) {
      const homing = Math.round(this.#actualTicks()) - TICKS_PER_TURN / 2;
      this.#set('Homing_Offset', Math.max(-2047, Math.min(2047, homing)));
      if (this.get('Lock') === 0)
        this.#eeprom.set(encode(REGISTERS.Homing_Offset, this.get('Homing_Offset')), REGISTERS.Homing_Offset.address);
      this.#set('Torque_Enable', 1);
      this.#set('Goal_Position', this.#presentTicks());
    }
    this.#setpoint = null;
    this.health.relieve();
  }

  #drive(seconds: number): void {
    if (!this.#torqueOn) {
      this.#plant.drive(this.#joint, null, 0);
      return;
    }
    const low = this.get('Min_Position_Limit');
    const high = this.get('Max_Position_Limit');
    const wanted =
      this.get('Operating_Mode') === 0 ? this.get('Goal_Position') : (this.#setpoint ?? this.#presentTicks());
    // Both limits 0 means multi-turn: no limits.
    const goal = low === 0 && high === 0 ? wanted : Math.max(low, Math.min(high, wanted));
    const speed = Math.abs(this.get('Goal_Velocity'));
    if (speed === 0) this.#setpoint = goal;
    else {
      const from = this.#setpoint ?? this.#presentTicks();
      this.#setpoint = from + Math.max(-speed * seconds, Math.min(speed * seconds, goal - from));
    }
    const torque = Math.min(this.get('Torque_Limit'), this.get('Max_Torque_Limit')) / 1000;
    const left = this.health.overloaded ? Math.min(torque, this.get('Protective_Torque') / 100) : torque;
    this.#plant.drive(this.#joint, (this.#setpoint + this.get('Homing_Offset') - this.#zero) * RADIANS_PER_TICK, left);
  }

  #actualTicks(): number {
    return this.#zero + this.#plant.position(this.#joint) / RADIANS_PER_TICK;
  }

  #presentTicks(): number {
    return clampWord(Math.round(this.#actualTicks()) - this.get('Homing_Offset'));
  }

  /** Brings the report registers up to date. */
  #report(): void {
    const velocity = Math.round(this.#plant.velocity(this.#joint) / RADIANS_PER_TICK);
    const load = this.#torqueOn ? this.#plant.load(this.#joint) : 0;
    this.#set('Present_Position', this.#presentTicks());
    this.#set('Present_Velocity', clampWord(velocity));
    this.#set('Present_Load', Math.max(-1000, Math.min(1000, Math.round(load * 1000))));
    this.#set('Present_Voltage', this.health.voltageTenths(load));
    this.#set('Present_Temperature', Math.round(this.health.temperature));
    this.#set('Present_Current', this.health.currentUnits(load));
    this.#set('Moving', Math.abs(velocity) > 3 ? 1 : 0);
    this.#set('Status', this.flags);
  }

  #set(name: RegisterName, value: number): void {
    const { address, length, sign } = REGISTERS[name] as { address: number; length: 1 | 2; sign?: number };
    const raw = value < 0 && sign !== undefined ? -value | (1 << sign) : value;
    this.#memory[address] = raw & 0xff;
    if (length === 2) this.#memory[address + 1] = raw >> 8;
  }
}

const clampWord = (value: number): number => Math.max(-32767, Math.min(32767, value));
