import { broken } from './limits';

/** What stands in a JPEG's frame header. */
export interface JpegSize {
  readonly width: number;
  readonly height: number;
}

/** Reads a JPEG's size without decoding it: a few bytes that claim a huge picture must not cost memory. */
export function jpegSize(data: Uint8Array): JpegSize | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < data.length; ) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1] as number;
    // Fill bytes stand alone; frame headers are C0 … CF save C4, C8 and CC.
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Bytes up to the end of the picture: what follows is padding. */
function trimmed(data: Uint8Array): Uint8Array {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  return data.subarray(0, end);
}

/** RGBA of a JPEG of exactly this size. `what` names the picture in a fault. */
export async function decodeJpeg(data: Uint8Array, want: JpegSize, file: string, what: string): Promise<Uint8Array> {
  const size = jpegSize(data);
  if (!size) throw broken(file, `${what} is not a JPEG picture`);
  if (size.width !== want.width || size.height !== want.height)
    throw broken(file, `${what} is ${size.width}×${size.height}, but the first is ${want.width}×${want.height}`);
  const { decode } = await import('jpeg-js');
  try {
    const limits = { maxResolutionInMP: 17, maxMemoryUsageInMB: 512, tolerantDecoding: false };
    return decode(trimmed(data), { useTArray: true, formatAsRGBA: true, ...limits }).data;
  } catch (error) {
    throw broken(file, `${what} is damaged (${error instanceof Error ? error.message : String(error)})`, error);
  }
}
