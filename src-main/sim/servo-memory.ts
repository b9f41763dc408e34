import { encode, RAM_START, REGISTERS, type RegisterName, STS3215_MODEL } from '../motors/feetech/registers';

export const MEMORY_SIZE = 128;

/** Values of a new STS3215 (7.4 V) as it comes from the factory. */
const FACTORY: Partial<Record<RegisterName, number>> = {
  Firmware_Major_Version: 3,
  Firmware_Minor_Version: 10,
  Model_Number: STS3215_MODEL,
  ID: 1,
  Baud_Rate: 0,
  Return_Delay_Time: 250,
  Response_Status_Level: 1,
  Min_Position_Limit: 0,
  Max_Position_Limit: 4095,
  Max_Temperature_Limit: 70,
  Max_Voltage_Limit: 80,
  Min_Voltage_Limit: 40,
  Max_Torque_Limit: 1000,
  Phase: 12,
  Unloading_Condition: 44,
  P_Coefficient: 32,
  D_Coefficient: 32,
  I_Coefficient: 0,
  Minimum_Startup_Force: 16,
  CW_Dead_Zone: 1,
  CCW_Dead_Zone: 1,
  Protection_Current: 500,
  Homing_Offset: 0,
  Operating_Mode: 0,
  Protective_Torque: 20,
  Protection_Time: 200,
  Overload_Torque: 80,
};

/** RAM after power on: torque comes up on. */
const POWER_ON: Partial<Record<RegisterName, number>> = { Torque_Enable: 1, Lock: 1, Maximum_Acceleration: 0 };

export function factoryMemory(changes: Partial<Record<RegisterName, number>>): Uint8Array {
  const memory = new Uint8Array(MEMORY_SIZE);
  fill(memory, { ...FACTORY, ...changes });
  return memory.subarray(0, RAM_START);
}

export function powerOn(memory: Uint8Array, eeprom: Uint8Array): void {
  memory.fill(0);
  memory.set(eeprom);
  fill(memory, POWER_ON);
  const { address } = REGISTERS.Max_Torque_Limit;
  memory.set(eeprom.subarray(address, address + 2), REGISTERS.Torque_Limit.address);
}

function fill(memory: Uint8Array, values: Partial<Record<RegisterName, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    const register = REGISTERS[name as RegisterName];
    memory.set(encode(register, value), register.address);
  }
}
