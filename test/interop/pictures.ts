import type { EncodedVideo } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { encodeH264 } from '../support/h264';

/** Something to look at: a sky of gradients, a bright block on its way, and noise. H.264 as the app's page makes it. */
export function encodePictures(count: number, width: number, height: number, seed: number): Promise<EncodedVideo> {
  const random = new Random(seed + 1);
  const bytes = new Uint8Array(width * height * 4).fill(255);
  const pixels = (k: number) => {
    const left = (k * 3 + seed * 29) % width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const block = Math.abs(x - left) < width / 10 && Math.abs(y - height / 2) < height / 8;
        const grain = random.below(24);
        const at = (y * width + x) * 4;
        bytes[at] = block ? 250 : Math.min(255, (x * 255) / width + grain);
        bytes[at + 1] = block ? 30 + (k % 60) : Math.min(255, (y * 200) / height + grain);
        bytes[at + 2] = block ? 20 : Math.min(255, 60 + (seed % 7) * 25 + grain);
      }
    }
    return bytes;
  };
  return encodeH264({ count, width, height, bitrate: 1_500_000, pixels, taken: (k) => 5000 + k / 30 });
}
