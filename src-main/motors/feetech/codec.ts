/**
 * Feetech protocol 0 (the layout of Dynamixel protocol 1.0), little endian:
 *
 *     FF FF │ id │ length │ instruction or error │ parameters … │ checksum
 *
 * `length` counts everything after itself; the checksum is ~(id + length + … + last parameter) & FF. A status packet
 * has no mark that tells it from an instruction: who listens must know (see exchange.ts on echoes).
 */
export const INSTRUCTION = {
  ping: 0x01,
  read: 0x02,
  write: 0x03,
  regWrite: 0x04,
  action: 0x05,
  syncRead: 0x82,
  syncWrite: 0x83,
} as const;

export const BROADCAST = 0xfe;
/** The longest `length` field we accept: instruction or error, 250 parameters, checksum. */
export const MAX_LENGTH = 252;

export interface Packet {
  readonly id: number;
  /** Instruction on the way to the servo, error flags on the way back. */
  readonly code: number;
  readonly params: Uint8Array;
}

export function build(id: number, code: number, params: ArrayLike<number> = []): Uint8Array {
  const length = params.length + 2;
  if (length > MAX_LENGTH)
    throw new RangeError(`a packet carries at most ${MAX_LENGTH - 2} parameters, not ${params.length}`);
  const out = new Uint8Array(length + 4);
  out[0] = out[1] = 0xff;
  out[2] = id;
  out[3] = length;
  out[4] = code;
  out.set(params, 5);
  out[out.length - 1] = checksum(out, 2, out.length - 1);
  return out;
}

export const ping = (id: number) => build(id, INSTRUCTION.ping);
export const read = (id: number, address: number, length: number) => build(id, INSTRUCTION.read, [address, length]);
export const write = (id: number, address: number, data: ArrayLike<number>) =>
  build(id, INSTRUCTION.write, [address, ...Array.from(data)]);
/** Like write, but takes effect at the next `action`. */
export const regWrite = (id: number, address: number, data: ArrayLike<number>) =>
  build(id, INSTRUCTION.regWrite, [address, ...Array.from(data)]);
export const action = (id: number = BROADCAST) => build(id, INSTRUCTION.action);
export const syncRead = (ids: readonly number[], address: number, length: number) =>
  build(BROADCAST, INSTRUCTION.syncRead, [address, length, ...ids]);

/** `data[i]`, all of one length, goes to `ids[i]`. Nobody answers. */
export function syncWrite(ids: readonly number[], address: number, data: readonly Uint8Array[]): Uint8Array {
  const length = data[0]?.length ?? 0;
  const params = new Uint8Array(2 + ids.length * (1 + length));
  params[0] = address;
  params[1] = length;
  ids.forEach((id, i) => {
    const bytes = data[i];
    if (bytes?.length !== length) throw new RangeError('a sync write needs data of one length for every servo');
    params[2 + i * (1 + length)] = id;
    params.set(bytes, 3 + i * (1 + length));
  });
  return build(BROADCAST, INSTRUCTION.syncWrite, params);
}

/** A servo's answer. */
export const status = (id: number, error: number, params: ArrayLike<number> = []) => build(id, error, params);

/** Checksum of `bytes[from..to)`. */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += bytes[i] as number;
  return ~sum & 0xff;
}
