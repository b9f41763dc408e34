import { Emitter } from '../../core/emitter';
import { fault } from '../../core/fault';
import type { Link } from '../../core/link';
import type { Listener, Unsubscribe } from '../../core/types';
import type { BusOptions, BusStatistics, FlagChange } from './bus-types';
import * as codec from './codec';
import { Exchange, type Replies } from './exchange';
import { decode, encode, errorNames, REGISTERS, type RegisterName } from './registers';

export type { BusOptions, BusStatistics, FlagChange } from './bus-types';

/**
 * Feetech servos on one half-duplex line: registers by name, values as numbers. Calls may overlap: they take turns.
 * A call that gets no valid answer after its retries rejects with a `servo` fault (or `link-lost`); it never makes a
 * value up. Error flags do not fail a call, for an overloaded servo still answers truly: watch `onFlags`.
 * The caller opens and closes the link.
 */
export class FeetechBus {
  readonly statistics: BusStatistics = { requests: 0, retries: 0, errors: 0 };
  readonly #exchange: Exchange;
  readonly #timeoutMs: number;
  readonly #attempts: number;
  readonly #flags = new Map<number, number>();
  readonly #flagChanges = new Emitter<FlagChange>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(link: Link, { timeoutMs = 25, retries = 2 }: BusOptions = {}) {
    this.#exchange = new Exchange(link);
    this.#timeoutMs = timeoutMs;
    this.#attempts = 1 + retries;
  }

  /** Error flags of the servo's last answer. */
  flags(id: number): number {
    return this.#flags.get(id) ?? 0;
  }

  /** Called when a servo's error flags change. */
  onFlags(listener: Listener<FlagChange>): Unsubscribe {
    return this.#flagChanges.on(listener);
  }

  /**
   * The servo's model number, null when it is silent. Reads a register instead of sending a ping: the reply to a ping
   * of a servo in error equals the echo of the request.
   */
  ping(id: number, timeoutMs = this.#timeoutMs): Promise<number | null> {
    const { address, length } = REGISTERS.Model_Number;
    return this.#turn(async () => {
      const [data] = await this.#gather(codec.read(id, address, length), [id], length, timeoutMs);
      return data ? decode(REGISTERS.Model_Number, data) : null;
    });
  }

  async read(id: number, name: RegisterName): Promise<number> {
    const { address, length } = REGISTERS[name];
    const data = await this.#turn(() => this.#gather(codec.read(id, address, length), [id], length));
    return decode(REGISTERS[name], this.#complete(data, [id], `reading ${name}`)[0] as Uint8Array);
  }

  /** One packet asks all. Values in the order of `ids`. */
  async syncRead(ids: readonly number[], name: RegisterName): Promise<number[]> {
    const register = REGISTERS[name];
    const data = await this.syncReadBlock(ids, register.address, register.length);
    return data.map((bytes) => decode(register, bytes));
  }

  /** Raw bytes of `length` registers from `address` on, of each servo. */
  async syncReadBlock(ids: readonly number[], address: number, length: number): Promise<Uint8Array[]> {
    const data = await this.#turn(() => this.#gatherAll(ids, address, length));
    return this.#complete(data, ids, `reading ${length} bytes at ${address}`);
  }

  /**
   * Writes and waits for the acknowledgement. Without one the register is read back, so a servo that is set to
   * acknowledge nothing, or whose answer was damaged, does not fail a write that was done.
   */
  async write(id: number, name: RegisterName, value: number): Promise<void> {
    const { address, length } = REGISTERS[name];
    const packet = codec.write(id, address, encode(REGISTERS[name], value));
    await this.#turn(async () => {
      for (let attempt = 0; attempt < this.#attempts; attempt++) {
        if ((await this.#once(packet, [id], 0, this.#timeoutMs, attempt))[0]) return;
        const [back] = await this.#once(codec.read(id, address, length), [id], length, this.#timeoutMs, attempt);
        if (back && decode(REGISTERS[name], back.params) === value) return;
      }
      this.#complete([undefined], [id], `writing ${name}`);
    });
  }

  /** One packet sets all; nobody answers, so nothing tells whether it arrived. */
  async syncWrite(name: RegisterName, ids: readonly number[], values: readonly number[]): Promise<void> {
    const register = REGISTERS[name];
    const packet = codec.syncWrite(
      ids,
      register.address,
      values.map((value) => encode(register, value)),
    );
    await this.#turn(() => this.#send(packet));
  }

  /** Prepares a write that `action` carries out, on all servos at the same moment. */
  async regWrite(id: number, name: RegisterName, value: number): Promise<void> {
    const packet = codec.regWrite(id, REGISTERS[name].address, encode(REGISTERS[name], value));
    const data = await this.#turn(() => this.#gather(packet, [id], 0));
    this.#complete(data, [id], `preparing ${name}`);
  }

  async action(): Promise<void> {
    await this.#turn(() => this.#send(codec.action()));
  }

  /** Stops listening to the link. Calls under way and later ones reject. */
  dispose(): void {
    this.#exchange.dispose();
  }

  #turn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#tail.then(work);
    this.#tail = mine.catch(() => undefined);
    return mine;
  }

  #send(packet: Uint8Array): Promise<void> {
    this.statistics.requests++;
    return this.#exchange.send(packet);
  }

  async #once(
    packet: Uint8Array,
    ids: readonly number[],
    params: number,
    timeoutMs: number,
    attempt: number,
  ): Promise<Replies> {
    this.statistics.requests++;
    if (attempt > 0) this.statistics.retries++;
    const replies = await this.#exchange.ask(packet, ids, params, timeoutMs);
    for (const reply of replies) if (reply) this.#note(reply.id, reply.code);
    return replies;
  }

  async #gather(
    packet: Uint8Array,
    ids: readonly number[],
    params: number,
    timeoutMs = this.#timeoutMs,
  ): Promise<(Uint8Array | undefined)[]> {
    for (let attempt = 0; attempt < this.#attempts; attempt++) {
      const [reply] = await this.#once(packet, ids, params, timeoutMs, attempt);
      if (reply) return [reply.params];
    }
    return [undefined];
  }

  /** Retries ask only those that have not answered yet. */
  async #gatherAll(ids: readonly number[], address: number, length: number): Promise<(Uint8Array | undefined)[]> {
    const data = new Map<number, Uint8Array>();
    let asked = ids;
    for (let attempt = 0; attempt < this.#attempts && asked.length > 0; attempt++) {
      const replies = await this.#once(codec.syncRead(asked, address, length), asked, length, this.#timeoutMs, attempt);
      for (const reply of replies) if (reply) data.set(reply.id, reply.params);
      asked = ids.filter((id) => !data.has(id));
    }
    return ids.map((id) => data.get(id));
  }

  #note(id: number, flags: number): void {
    if (this.flags(id) === flags) return;
    this.#flags.set(id, flags);
    this.#flagChanges.emit({ id, flags });
  }

  #complete(data: readonly (Uint8Array | undefined)[], ids: readonly number[], doing: string): Uint8Array[] {
    const silent = ids.filter((_, i) => !data[i]);
    if (silent.length === 0) return data as Uint8Array[];
    this.statistics.errors++;
    const flags = silent.flatMap((id) => errorNames(this.flags(id)));
    throw fault(
      'servo',
      `No valid answer from servo ${silent.join(', ')} while ${doing}${flags.length > 0 ? ` (last reported: ${flags.join(', ')})` : ''}.`,
      'Check the cable chain to that servo and the power supply. Each servo needs an id of its own.',
    );
  }
}
