import { join } from 'node:path';
import type { Calls, EpisodeVideos } from '../core/contract';
import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import type { Station } from './station';

/** Check, import and export are jobs: see job-calls.ts. */
type DatasetCalls = Omit<
  Pick<Calls, Extract<keyof Calls, `dataset.${string}`>>,
  'dataset.check' | 'dataset.import' | 'dataset.export'
>;

export function openDatasetOf({ library }: Station): Dataset {
  if (library.dataset) return library.dataset;
  throw fault('not-found', 'No dataset is open', 'Record a demonstration, or open a folder on the Demos screen.');
}

/** A name from a person as a folder's name. */
export function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N} ._-]/gu, '').trim();
  if (safe && !safe.startsWith('.')) return safe;
  throw fault('bad-input', `"${name}" cannot be a folder's name`, 'Use letters and digits.');
}

/** The calls of the Demos screen. */
export function datasetCalls(station: Station): DatasetCalls {
  const { recording, library, jobs } = station;
  const dataset = () => openDatasetOf(station);
  const videosOf = (open: Dataset, index: number, cameras: readonly string[]): EpisodeVideos =>
    Object.fromEntries(
      cameras.map((camera) => {
        const { from, to } = open.video(index, camera);
        return [camera, { url: station.host.videoUrl(index, camera, library.version), from, to }];
      }),
    );
  return {
    'dataset.open': async ({ folder }) => {
      jobs.assertMayOpen();
      recording.assertIdle('open another dataset');
      await library.open(folder);
      station.episodesChanged();
    },
    'dataset.create': async ({ name }) => {
      jobs.assertMayOpen();
      const safe = safeName(name);
      recording.assertIdle('create a dataset');
      await library.create(join(library.home, 'datasets', safe), station.rig, recording.cameras);
      station.episodesChanged();
    },
    'dataset.episodes': async () => library.dataset?.list() ?? [],
    'dataset.episode': async ({ index }) => {
      const open = dataset();
      const episode = await open.read(index);
      const { joints, action = joints, environment } = open.spec;
      return {
        ...episode,
        jointNames: joints.map((joint) => joint.name),
        actionNames: action.map((channel) => channel.name),
        environmentNames: environment,
        videos: videosOf(open, index, episode.cameras),
      };
    },
    'dataset.videos': async ({ index }) => {
      const open = dataset();
      const episode = open.list()[index];
      if (!episode) throw fault('not-found', `There is no demonstration ${index}`, 'Choose another one from the list.');
      return videosOf(open, index, episode.cameras);
    },
    'dataset.edit': async (edit) => {
      jobs.assertMayEdit();
      const changed = await dataset().edit(edit);
      station.quality.edited(changed.map(({ id }) => id));
      station.episodesChanged();
      return changed;
    },
    'dataset.undo': async () => {
      jobs.assertMayEdit();
      const undone = await dataset().undo();
      station.episodesChanged();
      return undone;
    },
    'dataset.redo': async () => {
      jobs.assertMayEdit();
      const redone = await dataset().redo();
      station.episodesChanged();
      return redone;
    },
    'dataset.quality': () => station.quality.quality(),
    'dataset.trash': async () => library.dataset?.trash() ?? [],
    'dataset.emptyTrash': async ({ ids }) => {
      jobs.assertMayEdit();
      await dataset().emptyTrash(ids);
      station.changed();
    },
  };
}
