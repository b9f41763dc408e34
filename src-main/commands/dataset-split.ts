import { z } from 'zod';
import { edited, index, withWritable } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const rows = z
  .string()
  .regex(/^\d{1,9}(,\d{1,9})*$/, 'rows are numbers such as 90 or 90,240')
  .transform((list) => list.split(',').map(Number));
const shape = { dataset: text, episode: index, at: rows, json: flag };

export const datasetSplitOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    dataset: 'LeRobot folder',
    episode: 'its place, from 0',
    at: 'rows to cut before, such as 90 or 90,240',
    json: 'one JSON object on stdout',
  },
};

/** Makes several episodes of one; the whole one goes to the trash. */
export async function datasetSplit(
  { dataset: folder, episode, at }: z.output<typeof datasetSplitOptions.schema>,
  output: Output,
): Promise<void> {
  await withWritable(folder, async (dataset) => {
    const changed = await dataset.edit({ kind: 'split', episode, at });
    edited(output, dataset, `Split episode ${episode}`, changed);
  });
}
