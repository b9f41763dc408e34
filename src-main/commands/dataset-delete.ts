import { z } from 'zod';
import { EPISODES_HELP, edited, episodes, withWritable } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, episodes, json: flag };

export const datasetDeleteOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: { dataset: 'LeRobot folder', episodes: EPISODES_HELP, json: 'one JSON object on stdout' },
};

/** Moves episodes to the dataset's trash, where they stay until it is emptied in the app. */
export async function datasetDelete(
  { dataset: folder, episodes: chosen }: z.output<typeof datasetDeleteOptions.schema>,
  output: Output,
): Promise<void> {
  await withWritable(folder, async (dataset) => {
    const changed = await dataset.edit({ kind: 'remove', episodes: chosen });
    const what = chosen.length === 1 ? `episode ${chosen[0]}` : `${chosen.length} episodes`;
    edited(output, dataset, `Deleted ${what}`, changed);
  });
}
