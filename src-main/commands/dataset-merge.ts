import { z } from 'zod';
import { EPISODES_HELP, edited, episodes, withWritable } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, episodes, json: flag };

export const datasetMergeOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    dataset: 'LeRobot folder',
    episodes: `${EPISODES_HELP}; joined in this order`,
    json: 'one JSON object on stdout',
  },
};

/** Makes one episode of several; they go to the trash. */
export async function datasetMerge(
  { dataset: folder, episodes: chosen }: z.output<typeof datasetMergeOptions.schema>,
  output: Output,
): Promise<void> {
  await withWritable(folder, async (dataset) => {
    const changed = await dataset.edit({ kind: 'merge', episodes: chosen });
    edited(output, dataset, `Joined episodes ${chosen.join(', ')}`, changed);
  });
}
