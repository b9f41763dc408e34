import type { Dataset, Episode } from '../../core/episode';
import { type PictureMeasure, pictureMeasure } from './picture';
import { samplePictures } from './sample';

/** The arm has moved well when the way between two samples is longer than this, in units (rows/motion.ts). */
const MOVED = 0.2;

/**
 * What every camera of an episode shows. A camera whose video cannot be read is left out: `dataset.check` says why, and
 * the coach has no more to say about it. `way[k]`: the way gone up to row k, units.
 */
export async function lookAtPictures(
  dataset: Pick<Dataset, 'spec' | 'video'>,
  episode: Episode,
  way: Float64Array,
): Promise<Record<string, PictureMeasure>> {
  const measures: Record<string, PictureMeasure> = {};
  for (const camera of dataset.spec.cameras) {
    if (!episode.cameras.includes(camera.name)) continue;
    try {
      const { width, height } = camera;
      const video = dataset.video(episode.index, camera.name);
      const samples = await samplePictures({ ...video, rows: episode.rows.length, width, height });
      if (samples.length === 0) continue;
      measures[camera.name] = pictureMeasure(samples, (a, b) => (way[b] ?? 0) - (way[a] ?? 0) > MOVED);
    } catch {
      // Left out, see above.
    }
  }
  return measures;
}
