/**
 * Control table of the Feetech STS3215 (Feetech "STS3215 memory table"; the names are LeRobot's). Addresses below 40
 * are EEPROM: they survive a power cycle only when written with `Lock` = 0. Multi-byte values are little endian.
 */
export interface Register {
  readonly address: number;
  readonly length: 1 | 2;
  /** Signed as sign and magnitude: this bit is the sign, the bits below it the magnitude. */
  readonly sign?: number;
}

const byte = (address: number): Register => ({ address, length: 1 });
const word = (address: number, sign?: number): Register =>
  sign === undefined ? { address, length: 2 } : { address, length: 2, sign };

export const REGISTERS = {
  Firmware_Major_Version: byte(0),
  Firmware_Minor_Version: byte(1),
  Model_Number: word(3),
  ID: byte(5),
  Baud_Rate: byte(6),
  /** Units of 2 µs. */
  Return_Delay_Time: byte(7),
  /** 0 = answers ping and reads only, 1 = answers everything. */
  Response_Status_Level: byte(8),
  Min_Position_Limit: word(9),
  Max_Position_Limit: word(11),
  /** °C */
  Max_Temperature_Limit: byte(13),
  /** Units of 0.1 V. */
  Max_Voltage_Limit: byte(14),
  Min_Voltage_Limit: byte(15),
  /** Thousandths of the stall torque. */
  Max_Torque_Limit: word(16),
  Phase: byte(18),
  /** Which errors switch torque off; same bits as the status byte. */
  Unloading_Condition: byte(19),
  P_Coefficient: byte(21),
  D_Coefficient: byte(22),
  I_Coefficient: byte(23),
  Minimum_Startup_Force: word(24),
  CW_Dead_Zone: byte(26),
  CCW_Dead_Zone: byte(27),
  /** Units of 6.5 mA. */
  Protection_Current: word(28),
  /** Present = actual − offset, ticks. */
  Homing_Offset: word(31, 11),
  /** 0 position, 1 velocity, 2 PWM, 3 step. */
  Operating_Mode: byte(33),
  /** Per cent of stall torque that is left after an overload. */
  Protective_Torque: byte(34),
  /** Units of 10 ms. */
  Protection_Time: byte(35),
  /** Per cent of stall torque above which the protection time runs. */
  Overload_Torque: byte(36),
  /** 1 on, 0 off, 128 = call the present position the middle. */
  Torque_Enable: byte(40),
  Acceleration: byte(41),
  Goal_Position: word(42, 15),
  Goal_Time: word(44),
  /** Ticks per second; 0 = as fast as it goes. */
  Goal_Velocity: word(46, 15),
  Torque_Limit: word(48),
  Lock: byte(55),
  Present_Position: word(56, 15),
  Present_Velocity: word(58, 15),
  /** Thousandths of the stall torque. */
  Present_Load: word(60, 10),
  /** Units of 0.1 V. */
  Present_Voltage: byte(62),
  Present_Temperature: byte(63),
  Status: byte(65),
  Moving: byte(66),
  /** Units of 6.5 mA. */
  Present_Current: word(69, 15),
  Maximum_Acceleration: byte(85),
} as const satisfies Record<string, Register>;

export type RegisterName = keyof typeof REGISTERS;

export const register = (name: RegisterName): Register => REGISTERS[name];

export const STS3215_MODEL = 777;
export const TICKS_PER_TURN = 4096;
/** The first address that is not EEPROM. */
export const RAM_START = 40;

/** Bits of a status packet's error byte and of the `Status` register. */
export const ERROR_FLAGS = { voltage: 1, angle: 2, temperature: 4, current: 8, overload: 32 } as const;
export type ErrorFlag = keyof typeof ERROR_FLAGS;

export const errorNames = (flags: number): ErrorFlag[] =>
  (Object.keys(ERROR_FLAGS) as ErrorFlag[]).filter((name) => (flags & ERROR_FLAGS[name]) !== 0);

/** A value as register bytes. Throws RangeError when it does not fit: a wrapped goal would be a wrong move. */
export function encode({ length, sign }: Register, value: number): Uint8Array {
  const limit = sign === undefined ? 256 ** length - 1 : 2 ** sign - 1;
  if (!Number.isInteger(value) || Math.abs(value) > limit || (value < 0 && sign === undefined)) {
    throw new RangeError(`${value} does not fit a register of ${length} byte${length > 1 ? 's' : ''}`);
  }
  const raw = value < 0 && sign !== undefined ? -value | (1 << sign) : value;
  return length === 1 ? Uint8Array.of(raw) : Uint8Array.of(raw & 0xff, raw >> 8);
}

/** Register bytes, from `at`, as a value. */
export function decode({ length, sign }: Register, bytes: Uint8Array, at = 0): number {
  const low = bytes[at] ?? 0;
  const raw = length === 1 ? low : low | ((bytes[at + 1] ?? 0) << 8);
  if (sign === undefined) return raw;
  const magnitude = raw & ((1 << sign) - 1);
  return raw & (1 << sign) && magnitude !== 0 ? -magnitude : magnitude;
}
