import type { Dataset } from '../../core/episode';
import { fault } from '../../core/fault';
import { openDataset } from '../../dataset/dataset';
import { folderFault } from '../../dataset/errors';
import type { ExportFormat, JobOutcome, JobRequest, JobWatch } from '../job';
import { intoNewFolder, sizeOf } from '../staging';
import { bytes, count, goOn } from '../watch';
import { openCsv } from './csv';
import { episodeDraft } from './episode';
import { openV3 } from './lerobot-v3';
import { openV21 } from './lerobot-v21';
import type { OpenWriter } from './writer';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** A folder that is not there yet. */
  readonly folder: string;
  /** By place, in this order; all when absent. */
  readonly episodes?: readonly number[];
  /** Resampled to exactly this rate; as recorded when absent. */
  readonly fps?: number;
}

export interface ExportResult {
  readonly folder: string;
  readonly episodes: number;
  readonly frames: number;
  readonly bytes: number;
}

const WRITERS: Readonly<Record<ExportFormat, OpenWriter>> = {
  'lerobot-v3.0': openV3,
  'lerobot-v2.1': openV21,
  csv: openCsv,
};

/** Writes a copy in another format into a new folder, whole or not at all. Memory is bounded by one episode. */
export async function exportDataset(
  dataset: Dataset,
  { format, folder, episodes, fps }: ExportOptions,
  watch: JobWatch = {},
): Promise<ExportResult> {
  const all = dataset.list();
  const chosen = episodes ?? all.map((episode) => episode.index);
  const unknown = chosen.find((index) => !all[index]);
  if (unknown !== undefined)
    throw fault('not-found', `There is no episode ${unknown}`, `The dataset has ${count(all.length, 'episode')}.`);
  if (chosen.length === 0) throw fault('bad-input', 'There is no episode to export', 'Record or choose one first.');
  const spec = { ...dataset.spec, fps: fps ?? dataset.spec.fps };
  const rows = (indices: readonly number[]) => indices.reduce((sum, index) => sum + (all[index]?.length ?? 0), 0);
  const share = rows(chosen) / Math.max(1, rows(all.map((episode) => episode.index)));
  try {
    return await intoNewFolder(
      folder,
      async (staging) => {
        const writer = await WRITERS[format](staging, spec);
        let frames = 0;
        for (const [n, index] of chosen.entries()) {
          goOn(watch);
          watch.report?.({ done: n, total: chosen.length, note: `Demonstration ${index}` });
          const draft = await episodeDraft(dataset, index, fps ?? null, watch);
          frames += draft.rows.length;
          await writer.add(draft);
        }
        goOn(watch);
        await writer.finish();
        return { folder, episodes: chosen.length, frames, bytes: await sizeOf(staging) };
      },
      async () => share * (await sizeOf(dataset.folder)),
    );
  } catch (error) {
    throw folderFault(error, 'Exporting');
  }
}

export async function exportFolder(
  { dataset: source, ...options }: Extract<JobRequest, { kind: 'export' }>,
  watch: JobWatch,
): Promise<JobOutcome> {
  const dataset = await openDataset(source);
  try {
    const result = await exportDataset(dataset, options, watch);
    const what = `${count(result.episodes, 'demonstration')}, ${count(result.frames, 'row')}, ${bytes(result.bytes)}`;
    return { note: `${what} in ${result.folder}`, report: [] };
  } finally {
    await dataset.close();
  }
}
