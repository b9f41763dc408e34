import { checksum, MAX_LENGTH, type Packet } from './codec';

/** Whether a header may begin a packet that we wait for. Turning noise away here keeps it from swallowing what follows. */
export type Plausible = (id: number, length: number) => boolean;

const anything: Plausible = (id) => id <= 0xfe;

/**
 * Finds packets in a stream of bytes, whatever the chunks. After noise or a damaged packet it moves on by one byte and
 * looks again, so a good packet right behind is never lost. Memory is one fixed buffer: what is pending is always a
 * prefix of one packet.
 */
export class PacketParser {
  readonly #buffer = new Uint8Array(1024);
  #start = 0;
  #end = 0;
  #rejected = 0;
  /** May be exchanged between packets. */
  plausible: Plausible;

  constructor(plausible: Plausible = anything) {
    this.plausible = plausible;
  }

  /** Bytes kept, waiting for the rest of a packet. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** Bytes thrown away as noise since the beginning. */
  get rejected(): number {
    return this.#rejected;
  }

  reset(): void {
    this.#start = this.#end = 0;
  }

  push(bytes: Uint8Array, emit: (packet: Packet) => void): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#start > 0) {
        this.#buffer.copyWithin(0, this.#start, this.#end);
        this.#end -= this.#start;
        this.#start = 0;
      }
      const take = Math.min(bytes.length - at, this.#buffer.length - this.#end);
      this.#buffer.set(take === bytes.length ? bytes : bytes.subarray(at, at + take), this.#end);
      this.#end += take;
      at += take;
      this.#scan(emit);
    }
  }

  #scan(emit: (packet: Packet) => void): void {
    const b = this.#buffer;
    while (this.#start < this.#end) {
      const at = this.#start;
      const have = this.#end - at;
      if (b[at] !== 0xff || (have > 1 && b[at + 1] !== 0xff)) {
        this.#skip();
        continue;
      }
      if (have < 4) {
        // An id of FF cannot be: FF FF FF is noise before a header, and waiting for more would only delay it.
        if (have === 3 && b[at + 2] === 0xff) {
          this.#skip();
          continue;
        }
        return;
      }
      const id = b[at + 2] as number;
      const length = b[at + 3] as number;
      if (id === 0xff || length < 2 || length > MAX_LENGTH || !this.plausible(id, length)) {
        this.#skip();
        continue;
      }
      const size = length + 4;
      if (have < size) return;
      if (checksum(b, at + 2, at + size - 1) !== b[at + size - 1]) {
        this.#skip();
        continue;
      }
      this.#start += size;
      emit({ id, code: b[at + 4] as number, params: b.slice(at + 5, at + size - 1) });
    }
  }

  #skip(): void {
    this.#start++;
    this.#rejected++;
  }
}
