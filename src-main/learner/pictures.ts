import type { Dataset, EpisodeInfo } from '../core/episode';
import { fault } from '../core/fault';
import type { CameraSpec } from '../core/types';
import type { FrameReader } from './images';

/** The pictures of the rows that are learnt from, wherever they lie. */
export interface Pictures {
  /** H × W × 3 bytes of a camera (by number) at a row; overwritten by the next call for that camera. */
  at(camera: number, row: number): Uint8Array;
  close(): void;
}

/** Rows are those of `episodes`, end to end. Rejects with a fault when a picture is missing. */
export type OpenPictures = (
  dataset: Dataset,
  episodes: readonly EpisodeInfo[],
  cameras: readonly CameraSpec[],
) => Promise<Pictures>;

const MAX_BYTES = 6 * 2 ** 30;

/** All pictures in memory, read one episode at a time. */
export const inMemory =
  (readFrames: FrameReader): OpenPictures =>
  async (dataset, episodes, cameras) => {
    const rows = episodes.reduce((sum, info) => sum + info.length, 0);
    checkMemory(cameras, rows);
    const images = cameras.map((camera) => new Uint8Array(rows * bytesOf(camera)));
    let row = 0;
    for (const info of episodes) {
      for (const [c, camera] of cameras.entries()) {
        const bytes = bytesOf(camera);
        const into = (images[c] as Uint8Array).subarray(row * bytes, (row + info.length) * bytes);
        await readFrames(dataset, info, camera, into);
      }
      row += info.length;
    }
    return {
      at: (camera, at) => {
        const bytes = bytesOf(cameras[camera] as CameraSpec);
        return (images[camera] as Uint8Array).subarray(at * bytes, (at + 1) * bytes);
      },
      close: () => undefined,
    };
  };

export const bytesOf = ({ width, height }: CameraSpec): number => width * height * 3;

function checkMemory(cameras: readonly CameraSpec[], rows: number): void {
  const bytes = cameras.reduce((sum, camera) => sum + bytesOf(camera), 0) * rows;
  if (bytes <= MAX_BYTES) return;
  throw fault(
    'bad-input',
    `${rows} frames need ${(bytes / 2 ** 30).toFixed(1)} GiB of memory`,
    'Train with fewer cameras or fewer episodes.',
  );
}
