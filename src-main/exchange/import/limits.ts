import { fault } from '../../core/fault';

/** What an untrusted file may ask of this computer. Generous for real data; a lie about a size ends here. */
export const MAX_EPISODES = 100_000;
/** Rows of one episode: an hour and more at 50 Hz. */
export const MAX_ROWS = 200_000;
/** Numbers of one episode: rows × channels. */
export const MAX_VALUES = 16_000_000;
export const MAX_CHANNELS = 256;
export const MAX_CAMERAS = 16;
/** Pixels along one side of a picture. */
export const MAX_SIDE = 4096;
/** Bytes decoded at a time. */
export const SLAB = 4 * 2 ** 20;
/** Bytes of one compressed piece of an HDF5 file, which can only be read whole. */
export const MAX_CHUNK = 64 * 2 ** 20;
/** Bytes of one episode's encoded video, all cameras: it is held in memory until the episode is on disk. */
export const VIDEO_BUDGET = 192 * 2 ** 20;

/** A fault of one imported file: it exists but cannot be trusted. */
export const broken = (file: string, why: string, cause?: unknown) =>
  fault('corrupt', `${file} cannot be imported: ${why}`, 'Check the file, or get another copy of it.', cause);

/** A fault of one imported file: sound, but of a kind that is not understood. */
export const strange = (file: string, why: string, tip: string) =>
  fault('incompatible', `${file} cannot be imported: ${why}`, tip);

export function checkExtent(file: string, rows: number, channels: number): void {
  if (rows < 1) throw broken(file, 'it has no rows');
  if (channels < 1) throw broken(file, 'its vectors are empty');
  if (channels > MAX_CHANNELS)
    throw strange(file, `a vector has ${channels} values`, `Vectors of up to ${MAX_CHANNELS} values can be imported.`);
  if (rows > MAX_ROWS || rows * channels > MAX_VALUES)
    throw strange(
      file,
      `it has ${rows} rows of ${channels} values`,
      `Split it into episodes of ${MAX_ROWS} rows or less.`,
    );
}

export function checkPicture(file: string, width: number, height: number): void {
  const fine = [width, height].every((side) => Number.isInteger(side) && side >= 16 && side <= MAX_SIDE);
  if (!fine)
    throw strange(
      file,
      `its pictures are ${width}×${height}`,
      `Pictures of 16 to ${MAX_SIDE} pixels a side can be imported.`,
    );
}

/** H.264 keeps colour for two by two pixels: the last column or row of an odd picture is left out. */
export const even = (side: number): number => side - (side % 2);
