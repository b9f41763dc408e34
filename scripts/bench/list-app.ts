import type { EpisodeInfo } from '../../src-main/core/episode';
import { DatasetHost } from '../../src-main/dataset/host-client';
import { spawnChild } from '../../src-main/learner/launch';
import { type EpisodeFilter, EVERYTHING, visible } from '../../src-renderer/state/demos/filter';

/** What `bench list` measures of the app: the dataset process and the Demos screen's filter. */
export { visible };
export const host = (worker: string): DatasetHost => new DatasetHost(() => spawnChild(worker));
export const scoresOf = (list: readonly EpisodeInfo[]): ReadonlyMap<string, number> =>
  new Map(list.map(({ id, index }) => [id, (index * 37) % 101]));
export const FILTERS: readonly (readonly [string, EpisodeFilter])[] = [
  ['words', { ...EVERYTHING, text: 'cube slow person' }],
  ['label and tag', { ...EVERYTHING, label: 'failure', tag: 'night' }],
  [
    'quality, length, sorted',
    { ...EVERYTHING, quality: [20, 80], seconds: [1, 1.5], sort: 'quality', descending: true },
  ],
  ['everything, by date', { ...EVERYTHING, sort: 'date' }],
];
