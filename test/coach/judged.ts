import { type EpisodeMeasure, measure } from '../../src-main/coach/measure';
import type { PictureMeasure } from '../../src-main/coach/pictures/picture';
import { qualityOf } from '../../src-main/coach/quality';
import { sizesOf } from '../../src-main/coach/rows/motion';
import type { DatasetSpec, Episode } from '../../src-main/core/episode';
import type { DatasetQuality, EpisodeQuality } from '../../src-main/core/quality';

export type Pictures = Readonly<Record<string, PictureMeasure>>;

/** Measures and judges episodes that never saw a disk. */
export function judged(
  episodes: readonly Episode[],
  spec: DatasetSpec,
  pictures: (episode: Episode) => Pictures = () => ({}),
): DatasetQuality {
  const sizes = sizesOf(
    spec,
    episodes.flatMap(({ rows }) => rows),
  );
  const measures = new Map<string, EpisodeMeasure>(
    episodes.map((episode) => [episode.id, measure(episode, spec, sizes, pictures(episode))]),
  );
  return qualityOf(episodes, spec, measures);
}

/** One take among its siblings. */
export function judgedAmong(take: Episode, siblings: readonly Episode[], spec: DatasetSpec): EpisodeQuality {
  const others = siblings.filter(({ id }) => id !== take.id);
  const found = judged([...others, take], spec).episodes.find(({ id }) => id === take.id);
  if (!found) throw new Error('the take was not judged');
  return found;
}
