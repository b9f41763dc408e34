import type { Policy, PolicySpec } from '../../core/policy';
import type { CameraSpec, Image, Observation, Vector } from '../../core/types';
import { toGrid } from './grid';
import type { SaliencyMap } from './saliency';

/** Patches along the longer side of a picture. */
export const PATCHES = 12;

type Acting = Pick<Policy, 'act' | 'spec'>;

/**
 * Where a policy looks that has no gradient here: each part of the picture in turn is covered with the picture's mean
 * colour, and what that does to the actions is what the part is worth (Zeiler & Fergus 2014, "Visualizing and
 * Understanding Convolutional Networks", 4.2). One call of the policy per patch. One map per camera.
 * @param spreads of each action channel, so that channels compare; 0 leaves one out
 */
export async function occlusion(
  policy: Acting,
  history: readonly Observation[],
  spreads: readonly number[],
): Promise<SaliencyMap[]> {
  const { spec } = policy;
  const usual = await policy.act(history);
  const maps: SaliencyMap[] = [];
  for (const camera of spec.observation.cameras) {
    const pixels = spreads.map(() => new Float32Array(camera.width * camera.height));
    for (const patch of patches(camera)) {
      const covered = await policy.act(withPatch(history, camera, patch));
      const changes = spreads.map((spread, c) => (spread > 0 ? difference(spec, usual, covered, c) / spread : 0));
      for (let y = patch.top; y < patch.bottom; y++) {
        const [from, to] = [y * camera.width + patch.left, y * camera.width + patch.right];
        for (const [c, change] of changes.entries()) pixels[c]?.fill(change, from, to);
      }
    }
    const all = new Float32Array(camera.width * camera.height);
    for (const one of pixels) for (let i = 0; i < all.length; i++) all[i] = (all[i] as number) + (one[i] as number);
    const grid = (values: Float32Array) => toGrid(values, camera.width, camera.height);
    maps.push({ all: grid(all), channels: pixels.map(grid) });
  }
  return maps;
}

/** Calls of the policy that one moment costs. */
export const callsFor = ({ observation }: PolicySpec): number =>
  1 + observation.cameras.reduce((sum, camera) => sum + patches(camera).length, 0);

interface Patch {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function patches({ width, height }: CameraSpec): Patch[] {
  const size = Math.max(1, Math.ceil(Math.max(width, height) / PATCHES));
  const columns = Math.ceil(width / size);
  return Array.from({ length: columns * Math.ceil(height / size) }, (_, i) => {
    const left = (i % columns) * size;
    const top = Math.floor(i / columns) * size;
    return { left, top, right: Math.min(width, left + size), bottom: Math.min(height, top + size) };
  });
}

/** The same history, with a part of the newest picture of this camera covered. */
function withPatch(history: readonly Observation[], { name }: CameraSpec, patch: Patch): Observation[] {
  const now = history.at(-1) as Observation;
  const image = now.images?.[name];
  if (!image) return [...history];
  const data = Uint8Array.from(image.data);
  const colour = meanColour(image);
  for (let y = patch.top; y < patch.bottom; y++) {
    for (let x = patch.left; x < patch.right; x++) data.set(colour, (y * image.width + x) * 3);
  }
  return [...history.slice(0, -1), { ...now, images: { ...now.images, [name]: { ...image, data } } }];
}

function meanColour({ data }: Image): number[] {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i++) sums[i % 3] = (sums[i % 3] as number) + (data[i] as number);
  return sums.map((sum) => (3 * sum) / Math.max(1, data.length));
}

/** Of one channel, over the actions that would be carried out. */
const difference = ({ execute }: PolicySpec, a: readonly Vector[], b: readonly Vector[], channel: number): number =>
  a.slice(0, execute).reduce((sum, action, k) => sum + Math.abs((action[channel] ?? 0) - (b[k]?.[channel] ?? 0)), 0);
