/** CRC-32 (IEEE 802.3), as in zip and PNG; `zlib.crc32` came only with Node 22. */
const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** Of several pieces as if they were one. */
export function crc32(...pieces: readonly Uint8Array[]): number {
  let c = -1;
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i++) c = (TABLE[(c ^ (piece[i] as number)) & 0xff] as number) ^ (c >>> 8);
  }
  return (c ^ -1) >>> 0;
}
