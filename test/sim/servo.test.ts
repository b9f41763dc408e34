import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import { ERROR_FLAGS, encode, REGISTERS, type RegisterName } from '../../src-main/motors/feetech/registers';
import { FreePlant } from '../../src-main/sim/free-plant';
import { VirtualServo } from '../../src-main/sim/servo';

const PER_TICK = (2 * Math.PI) / 4096;

function bench() {
  const clock = new VirtualClock();
  const plant = new FreePlant([{ low: -1.5, high: 1.5, maxSpeed: 5 }], clock);
  const servo = new VirtualServo({ id: 1, plant, joint: 0 });
  const put = (name: RegisterName, value: number) =>
    servo.write(REGISTERS[name].address, encode(REGISTERS[name], value));
  const get = (name: RegisterName): number => {
    servo.read(0, 128);
    return servo.get(name);
  };
  const pass = (seconds: number) => {
    for (let t = 0; t < seconds; t += 0.01) {
      clock.advance(0.01);
      plant.advance();
      servo.step(0.01);
    }
  };
  return { plant, servo, put, get, pass };
}

describe('a virtual STS3215', () => {
  it('comes up with torque on, holding where it is', () => {
    const { get, put, pass, plant, servo } = bench();
    put('Torque_Enable', 0);
    plant.place(0, 0.5);
    servo.powerCycle();
    expect(get('Torque_Enable')).toBe(1);
    pass(0.5);
    expect(plant.position(0)).toBeCloseTo(0.5, 2);
  });

  it('goes to its goal and reports it in ticks', () => {
    const { get, put, pass, plant } = bench();
    put('Goal_Position', 2047 + 512);
    pass(1);
    expect(plant.position(0)).toBeCloseTo(512 * PER_TICK, 3);
    expect(get('Present_Position')).toBe(2559);
    expect(get('Moving')).toBe(0);
  });

  it('reports present = actual − homing offset, and takes goals in the same ticks', () => {
    const { get, put, pass, plant } = bench();
    put('Homing_Offset', -100);
    expect(get('Present_Position')).toBe(2147);
    put('Goal_Position', 2147);
    pass(1);
    expect(plant.position(0)).toBeCloseTo(0, 3);
  });

  it('stays within its position limits', () => {
    const { put, pass, get } = bench();
    put('Max_Position_Limit', 2200);
    put('Goal_Position', 2800);
    pass(1);
    expect(get('Present_Position')).toBe(2200);
  });

  it('does not move with torque off, and no faster than the goal velocity with it on', () => {
    const { put, pass, get } = bench();
    put('Torque_Enable', 0);
    put('Goal_Position', 2400);
    pass(1);
    expect(get('Present_Position')).toBe(2047);
    put('Goal_Velocity', 100);
    put('Torque_Enable', 1);
    pass(1);
    expect(get('Present_Position')).toBeGreaterThan(2047 + 80);
    expect(get('Present_Position')).toBeLessThan(2047 + 110);
  });

  it('forgets EEPROM values written under lock when power goes, and keeps those written without', () => {
    const { put, get, servo } = bench();
    put('P_Coefficient', 16);
    expect(get('P_Coefficient')).toBe(16);
    servo.powerCycle();
    expect(get('P_Coefficient')).toBe(32);
    put('Lock', 0);
    put('P_Coefficient', 16);
    servo.powerCycle();
    expect(get('P_Coefficient')).toBe(16);
    expect(get('Lock')).toBe(1);
  });

  it('cannot be told what model it is or where it stands', () => {
    const { put, get } = bench();
    put('Model_Number', 1);
    put('Present_Position', 1);
    expect(get('Model_Number')).toBe(777);
    expect(get('Present_Position')).toBe(2047);
  });

  it('calls the present position the middle on request', () => {
    const { put, get, plant } = bench();
    plant.place(0, 300 * PER_TICK);
    put('Torque_Enable', 128);
    expect(get('Present_Position')).toBe(2048);
    expect(get('Torque_Enable')).toBe(1);
  });

  it('gives in after pushing too long, recovers on another goal, and says so', () => {
    const { put, get, pass, plant, servo } = bench();
    plant.block(0);
    put('Goal_Position', 2800);
    pass(1.5);
    expect(servo.flags & ERROR_FLAGS.overload).toBe(0);
    pass(1);
    expect(get('Status') & ERROR_FLAGS.overload).toBe(ERROR_FLAGS.overload);
    expect(Math.abs(plant.load(0))).toBeLessThanOrEqual(0.2);
    put('Goal_Position', 2801);
    expect(servo.flags & ERROR_FLAGS.overload).toBe(0);
  });

  it('warms up under load and lets go when it is too hot', () => {
    const { put, get, pass, plant, servo } = bench();
    plant.block(0);
    put('Protection_Time', 254);
    put('Overload_Torque', 254);
    put('Goal_Position', 2800);
    pass(10);
    expect(servo.health.temperature).toBeGreaterThan(26);
    servo.health.temperature = 80;
    pass(0.1);
    expect(get('Torque_Enable')).toBe(0);
    expect(get('Status') & ERROR_FLAGS.temperature).toBe(ERROR_FLAGS.temperature);
  });

  it('flags a supply that is too low or too high', () => {
    const { get, pass, servo } = bench();
    for (const [supply, flag] of [
      [3.5, ERROR_FLAGS.voltage],
      [7.4, 0],
      [12, ERROR_FLAGS.voltage],
    ] as const) {
      servo.health.supply = supply;
      pass(0.02);
      expect(get('Status') & ERROR_FLAGS.voltage).toBe(flag);
      expect(get('Present_Voltage')).toBe(Math.round(supply * 10));
    }
  });
});

describe('a free plant', () => {
  it('arrives at the same place however often one looks', () => {
    const run = (steps: number) => {
      const clock = new VirtualClock();
      const plant = new FreePlant([{ low: -2, high: 2, maxSpeed: 3 }], clock);
      plant.drive(0, 1.2, 1);
      for (let i = 0; i < steps; i++) {
        clock.advance(0.36 / steps);
        plant.advance();
      }
      return plant.position(0);
    };
    expect(run(1)).toBeCloseTo(run(500), 9);
    expect(run(1)).toBeGreaterThan(0.9);
  });
});
