import type { Clock } from '../core/clock';
import type { Plant } from '../core/plant';
import type { RobotProfile } from '../core/profile';
import type { ByteDevice } from '../links/virtual-link';
import { BROADCAST, INSTRUCTION, type Packet, status } from '../motors/feetech/codec';
import { PacketParser } from '../motors/feetech/parser';
import { TICKS_PER_TURN } from '../motors/feetech/registers';
import { VirtualServo } from './servo';

const NONE = new Uint8Array(0);
/** 10 bits a byte at 1 Mbaud. */
const SECONDS_PER_BYTE = 10e-6;

export interface ServoBankOptions {
  readonly plant: Plant;
  readonly profile: RobotProfile;
  /** Without one the servos neither heat up nor trip, and Goal_Velocity other than 0 stands still. */
  readonly clock?: Clock;
  /** Instead of the profile's own. */
  readonly servos?: readonly VirtualServo[];
}

/**
 * Virtual servos on one bus. Every packet first brings the physics up to the clock. Servos that share an id answer at
 * once, and the line carries the AND of their bits, as it does on the wire.
 */
export class ServoBank implements ByteDevice {
  readonly servos: readonly VirtualServo[];
  /** Seconds the last exchange would have taken on a real bus: bytes both ways and the servos' return delays. */
  wireTime = 0;
  readonly #plant: Plant;
  readonly #clock: Clock | null;
  readonly #parser = new PacketParser();
  readonly #replies: Uint8Array[] = [];
  readonly #handle = (packet: Packet): void => this.#execute(packet);
  #then: number;

  constructor({ plant, profile, clock, servos }: ServoBankOptions) {
    this.servos = servos ?? armServos(profile, plant);
    this.#plant = plant;
    this.#clock = clock ?? null;
    this.#then = clock?.now() ?? 0;
  }

  receive(bytes: Uint8Array): Uint8Array {
    this.tick();
    this.wireTime = bytes.length * SECONDS_PER_BYTE;
    this.#replies.length = 0;
    this.#parser.push(bytes, this.#handle);
    if (this.#replies.length === 0) return NONE;
    const answer = join(this.#replies);
    this.wireTime += answer.length * SECONDS_PER_BYTE;
    return answer;
  }

  /** Brings physics and servos up to the clock; `receive` does it too. */
  tick(): void {
    this.#plant.advance();
    const now = this.#clock?.now() ?? 0;
    if (now <= this.#then) return;
    for (const servo of this.servos) servo.step(now - this.#then);
    this.#then = now;
  }

  #execute({ id, code, params }: Packet): void {
    const [address = 0, length = 0] = params;
    if (code === INSTRUCTION.syncRead) {
      for (const asked of params.subarray(2)) this.#answer(this.#at(asked), (servo) => servo.read(address, length));
      return;
    }
    if (code === INSTRUCTION.syncWrite) {
      for (let at = 2; at + length < params.length; at += 1 + length) {
        for (const servo of this.#at(params[at] as number)) servo.write(address, params.slice(at + 1, at + 1 + length));
      }
      return;
    }
    const all = id === BROADCAST;
    const heard = all ? this.servos : this.#at(id);
    if (code === INSTRUCTION.ping) this.#answer(heard, () => NONE);
    else if (code === INSTRUCTION.read && !all) this.#answer(heard, (servo) => servo.read(address, length));
    else if (code === INSTRUCTION.write || code === INSTRUCTION.regWrite || code === INSTRUCTION.action) {
      // The acknowledgement carries the id by which the servo was called, and its level from before the write.
      const talkative = all ? [] : heard.filter((servo) => servo.get('Response_Status_Level') !== 0);
      for (const servo of heard) {
        if (code === INSTRUCTION.write) servo.write(address, params.slice(1));
        else if (code === INSTRUCTION.regWrite) servo.prepare(address, params.slice(1));
        else servo.act();
      }
      this.#answer(talkative, () => NONE, id);
    }
  }

  #at(id: number): VirtualServo[] {
    return this.servos.filter((servo) => servo.id === id);
  }

  #answer(servos: readonly VirtualServo[], data: (servo: VirtualServo) => Uint8Array, as?: number): void {
    const answers = servos.map((servo) => status(as ?? servo.id, servo.flags, data(servo)));
    const [first] = answers;
    if (!first) return;
    this.wireTime += Math.max(...servos.map((servo) => servo.get('Return_Delay_Time'))) * 2e-6;
    this.#replies.push(answers.length === 1 ? first : collide(answers));
  }
}

/** The servos of a profile's arm as they come out of a calibration: limits written, zero where the profile says. */
const armServos = (profile: RobotProfile, plant: Plant): VirtualServo[] =>
  profile.joints.map(
    ({ servo: id, hinge, zero, unit }, joint) =>
      new VirtualServo({ id, plant, joint, zero, eeprom: limitsOf(hinge, zero, unit === 'ratio') }),
  );

/** LeRobot takes the middle of the limits as zero, so only limits that say so are written; a ratio needs its ends. */
function limitsOf([low, high]: readonly [number, number], zero: number, ratio: boolean) {
  if (!ratio && Math.abs(low + high) > 0.01) return {};
  const tick = (angle: number) =>
    Math.max(0, Math.min(TICKS_PER_TURN - 1, zero + Math.round((angle * TICKS_PER_TURN) / (2 * Math.PI))));
  return { Min_Position_Limit: tick(low), Max_Position_Limit: tick(high) };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const collide = (answers: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from({ length: Math.max(...answers.map((a) => a.length)) }, (_, i) =>
    answers.reduce((bits, a) => bits & (a[i] ?? 0xff), 0xff),
  );
