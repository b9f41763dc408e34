import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as codec from '../../src-main/motors/feetech/codec';
import { PacketParser } from '../../src-main/motors/feetech/parser';
import { decode, encode, REGISTERS, type RegisterName } from '../../src-main/motors/feetech/registers';

const ids = fc.integer({ min: 0, max: 253 });
const packets = fc.record({
  id: ids,
  code: fc.integer({ min: 0, max: 255 }),
  params: fc.uint8Array({ maxLength: 60 }),
});
/** Noise that does not itself contain a header; what may follow a header is tested with damaged packets. */
const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((b, i) => (b === 0xff && i % 2 ? 0xfe : b)));

function parse(bytes: Uint8Array, sizes: readonly number[] = [], parser = new PacketParser()): codec.Packet[] {
  const found: codec.Packet[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length > 0 ? (sizes[i % sizes.length] as number) : bytes.length;
    parser.push(bytes.subarray(at, at + size), (p) => found.push(p));
    at += size;
  }
  return found;
}
const concat = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((p) => [...p]));

describe('Feetech packets', () => {
  it('match the examples of the protocol manual', () => {
    expect([...codec.ping(1)]).toEqual([0xff, 0xff, 1, 2, 1, 0xfb]);
    expect([...codec.read(1, 0x38, 2)]).toEqual([0xff, 0xff, 1, 4, 2, 0x38, 2, 0xbe]);
    expect([...codec.write(0xfe, 5, [1])]).toEqual([0xff, 0xff, 0xfe, 4, 3, 5, 1, 0xf4]);
    expect([...codec.syncRead([1, 2], 0x38, 8)]).toEqual([0xff, 0xff, 0xfe, 6, 0x82, 0x38, 8, 1, 2, 0x36]);
  });

  it('come out of the parser as they went in, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(packets, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (list, sizes) => {
          expect(parse(concat(...list.map((p) => codec.build(p.id, p.code, p.params))), sizes)).toEqual(list);
        },
      ),
    );
  });

  it('are all found, and nothing else, with noise between them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, packets), { maxLength: 6 }), noise, (list, tail) => {
        const bytes = concat(...list.flatMap(([n, p]) => [n, codec.build(p.id, p.code, p.params)]), tail);
        const asked = new PacketParser((id, length) =>
          list.some(([, p]) => p.id === id && p.params.length + 2 === length),
        );
        expect(parse(bytes, [], asked)).toEqual(list.map(([, p]) => p));
      }),
    );
  });

  it('are refused when any one byte is damaged', () => {
    fc.assert(
      fc.property(packets, fc.nat(), fc.integer({ min: 1, max: 255 }), (p, where, change) => {
        const bytes = codec.build(p.id, p.code, p.params);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] as number) ^ change;
        const asked = new PacketParser((id, length) => id === p.id && length === p.params.length + 2);
        expect(parse(bytes, [], asked)).toEqual([]);
      }),
    );
  });

  it('are refused when cut short, and the next one is still found', () => {
    fc.assert(
      fc.property(packets, fc.nat(), (p, where) => {
        const bytes = codec.build(p.id, p.code, p.params);
        const cut = bytes.subarray(0, where % bytes.length);
        expect(parse(cut)).toEqual([]);
        const asked = new PacketParser((id, length) => id === p.id && length === p.params.length + 2);
        expect(parse(concat(cut, bytes, bytes), [], asked)).toContainEqual(p);
      }),
    );
  });

  it('never make the parser hold more than one packet', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 5 }), (chunks) => {
        const parser = new PacketParser();
        for (const chunk of [...chunks, new Uint8Array(2000).fill(0xff), Uint8Array.of(0xff, 0xff, 1, 250)]) {
          parser.push(chunk, () => undefined);
          expect(parser.pending).toBeLessThan(codec.MAX_LENGTH + 4);
        }
      }),
    );
  });
});

describe('registers', () => {
  const names = Object.keys(REGISTERS) as RegisterName[];
  it('keep every value that fits and refuse every other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: -70_000, max: 70_000 }), (name, value) => {
        const register = REGISTERS[name] as { address: number; length: 1 | 2; sign?: number };
        const limit = register.sign === undefined ? 256 ** register.length - 1 : 2 ** register.sign - 1;
        const fits = Math.abs(value) <= limit && (value >= 0 || register.sign !== undefined);
        if (fits) expect(decode(register, encode(register, value))).toBe(value);
        else expect(() => encode(register, value)).toThrow(RangeError);
      }),
      { numRuns: 2000 },
    );
  });

  it('hold negative offsets as sign and magnitude', () => {
    expect([...encode(REGISTERS.Homing_Offset, -5)]).toEqual([5, 0x08]);
    expect([...encode(REGISTERS.Present_Position, -1)]).toEqual([1, 0x80]);
  });
});
