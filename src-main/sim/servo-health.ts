import { ERROR_FLAGS, type RegisterName } from '../motors/feetech/registers';

const AMBIENT = 25;
/** A stalled servo settles this many °C above ambient, with this time constant: 70 °C after about four minutes. */
const STALL_RISE = 70;
const TIME_CONSTANT = 240;
const NO_LOAD_VOLTS = 7.4;
/** Supply sag and winding current at stall: 2.4 A. */
const STALL_SAG = 0.4;
const STALL_AMPERES = 2.4;
const AMPERES_PER_UNIT = 0.0065;

/** Heat, supply and overload of one virtual servo, and the error flags that follow. Set `forced` to make it fail. */
export class ServoHealth {
  temperature = AMBIENT;
  /** Volts without load. */
  supply = NO_LOAD_VOLTS;
  /** Flags held on whatever happens: a fault to inject. */
  forced = 0;
  /** True from an overload until another goal or a torque command. */
  overloaded = false;
  #overloadSeconds = 0;
  #flags = 0;

  get flags(): number {
    return this.#flags | this.forced | (this.overloaded ? ERROR_FLAGS.overload : 0);
  }

  reset(): void {
    this.relieve();
    this.#flags = 0;
  }

  /** Another goal ends the protection after an overload; it does not stop an overload from building up. */
  newGoal(): void {
    if (this.overloaded) this.relieve();
  }

  relieve(): void {
    this.overloaded = false;
    this.#overloadSeconds = 0;
  }

  tripped(mask: number): boolean {
    return (this.flags & mask) !== 0;
  }

  /** `load` is a share of the stall torque. */
  step(seconds: number, load: number, limit: (name: RegisterName) => number): void {
    const share = Math.abs(load);
    const target = AMBIENT + STALL_RISE * share * share;
    this.temperature += (target - this.temperature) * (1 - Math.exp(-seconds / TIME_CONSTANT));
    if (share * 100 >= limit('Overload_Torque') && share > 0) this.#overloadSeconds += seconds;
    else this.#overloadSeconds = 0;
    if (this.#overloadSeconds >= limit('Protection_Time') / 100 && this.#overloadSeconds > 0) this.overloaded = true;
    const volts = this.voltageTenths(load);
    this.#flags =
      (this.temperature >= limit('Max_Temperature_Limit') ? ERROR_FLAGS.temperature : 0) |
      (volts < limit('Min_Voltage_Limit') || volts > limit('Max_Voltage_Limit') ? ERROR_FLAGS.voltage : 0);
  }

  voltageTenths(load: number): number {
    return Math.max(0, Math.min(255, Math.round((this.supply - STALL_SAG * Math.abs(load)) * 10)));
  }

  currentUnits(load: number): number {
    return Math.round((Math.abs(load) * STALL_AMPERES) / AMPERES_PER_UNIT);
  }
}
