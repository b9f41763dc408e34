import { resolve } from 'node:path';
import { z } from 'zod';
import { exportDataset } from '../exchange/export/export';
import { EXPORT_FORMATS } from '../exchange/job';
import { bytes, count as counted } from '../exchange/watch';
import { EPISODES_HELP, episodes, watched, withDataset } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = {
  dataset: text,
  out: text,
  format: z.enum(EXPORT_FORMATS).default('lerobot-v3.0'),
  episodes: episodes.optional(),
  fps: z.coerce.number().int().min(1).max(240).optional(),
  json: flag,
};

export const datasetExportOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    dataset: 'LeRobot folder',
    out: 'new folder',
    format: `${EXPORT_FORMATS.join(' | ')} (lerobot-v3.0)`,
    episodes: `${EPISODES_HELP} (all)`,
    fps: 'rows a second, resampled by true time (as recorded)',
    json: 'one JSON object on stdout',
  },
};

/** Writes a copy into a new folder, whole or not at all. */
export async function datasetExport(
  { dataset: folder, out, format, episodes: chosen, fps }: z.output<typeof datasetExportOptions.schema>,
  output: Output,
): Promise<void> {
  const result = await withDataset(folder, (dataset) =>
    watched(output, (watch) => exportDataset(dataset, { format, folder: resolve(out), episodes: chosen, fps }, watch)),
  );
  const what = `${counted(result.episodes, 'episode')}, ${counted(result.frames, 'row')}, ${bytes(result.bytes)}`;
  output.result({ format, ...result }, `${what} in ${result.folder}`);
}
