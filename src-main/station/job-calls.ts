import { basename, join } from 'node:path';
import type { Calls } from '../core/contract';
import { fault } from '../core/fault';
import { isDataset } from '../dataset/dataset';
import { openDatasetOf, safeName } from './dataset-calls';
import type { Station } from './station';

type JobCall =
  | 'dataset.check'
  | 'dataset.import'
  | 'dataset.export'
  | Extract<keyof Calls, `${'hub' | 'job'}.${string}`>;

/** The calls that begin, end or put away a long piece of work. */
export function jobCalls(station: Station): Pick<Calls, JobCall> {
  const { jobs, library, recording } = station;
  const folderOf = () => openDatasetOf(station).folder;
  const newFolder = async (name: string): Promise<string> => {
    const folder = join(library.home, 'datasets', safeName(name));
    if (await isDataset(folder))
      throw fault('bad-input', `There already is a dataset "${name}"`, 'Choose another name.');
    return folder;
  };
  const show = async (folder: string) => {
    // A take under way stays where it was begun. The new dataset is there to be opened later.
    if (recording.phase !== 'idle') return;
    // Whatever robot it is of: it can be looked at and exported. Recording into it checks that it fits.
    await library.open(folder);
    station.episodesChanged();
  };
  return {
    'dataset.check': async ({ repair, deep = false }) => {
      const dataset = folderOf();
      if (!repair)
        return jobs.start({ request: { kind: 'check', dataset, deep }, title: `Checking ${basename(dataset)}` });
      if (recording.phase !== 'idle' || (library.state()?.saving ?? 0) > 0) {
        throw fault('busy', 'A take is under way', 'Keep or discard it, then repair.');
      }
      jobs.start({
        request: { kind: 'repair', dataset },
        title: `Repairing ${basename(dataset)}`,
        before: () => library.close(),
        after: () => show(dataset),
      });
    },
    'dataset.import': async ({ source, name }) => {
      const folder = await newFolder(name);
      const request = { kind: 'import' as const, source, folder };
      jobs.start({ request, title: `Importing ${basename(source)}`, finish: () => show(folder) });
    },
    'dataset.export': async (choice) => {
      const dataset = folderOf();
      const request = { ...choice, kind: 'export' as const, dataset };
      jobs.start({ request, title: `Exporting ${basename(dataset)}`, before: () => library.settle() });
    },
    'hub.push': async (choice) => {
      const request = { ...choice, kind: 'push' as const, dataset: folderOf() };
      jobs.start({ request, title: `Sending to ${choice.repo}`, before: () => library.settle() });
    },
    'hub.pull': async ({ name, ...choice }) => {
      const folder = await newFolder(name);
      jobs.start({
        request: { ...choice, kind: 'pull', folder },
        title: `Getting ${choice.repo}`,
        finish: () => show(folder),
      });
    },
    'job.cancel': async () => jobs.cancel(),
    'job.dismiss': async () => jobs.dismiss(),
  };
}
