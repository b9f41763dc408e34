import { crc32 } from './crc32';

/**
 * The file of a take: an 8-byte mark, then records that are only ever appended.
 *
 *     u32 length of the payload | u8 type | u32 CRC-32 of length, type and payload | payload      (little-endian)
 *
 * A reader believes everything up to the first record whose checksum is wrong: that is where a crash cut the file.
 */
export const MARK = new TextEncoder().encode('USTAKE1\n');
export const HEADER = 9;
/** No record is larger: a frame of the largest picture is far below it. */
export const MAX_PAYLOAD = 64 * 2 ** 20;

export const TYPES = { begin: 1, camera: 2, row: 3, frame: 4, confirm: 5, discard: 6 } as const;

/** A record as pieces for a gathering write: large payloads are not copied. */
export function encodeRecord(type: number, ...payload: readonly Uint8Array[]): Uint8Array[] {
  const length = payload.reduce((sum, piece) => sum + piece.length, 0);
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  view.setUint32(0, length, true);
  view.setUint8(4, type);
  view.setUint32(5, crc32(header.subarray(0, 5), ...payload), true);
  return [header, ...payload];
}

export interface RawRecord {
  readonly type: number;
  /** A view into the file's bytes. */
  readonly payload: Uint8Array;
}

/** The records of a file up to the first that cannot be trusted. Yields nothing when the mark is not there. */
export function* decodeRecords(file: Uint8Array): Generator<RawRecord, { readonly whole: boolean }> {
  if (MARK.some((byte, i) => file[i] !== byte)) return { whole: false };
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = MARK.length;
  while (at + HEADER <= file.length) {
    const length = view.getUint32(at, true);
    const end = at + HEADER + length;
    if (length > MAX_PAYLOAD || end > file.length) return { whole: false };
    const payload = file.subarray(at + HEADER, end);
    if (crc32(file.subarray(at, at + 5), payload) !== view.getUint32(at + 5, true)) return { whole: false };
    yield { type: view.getUint8(at + 4), payload };
    at = end;
  }
  return { whole: at === file.length };
}
