import { z } from 'zod';
import { fault } from '../core/fault';
import { edited, index, rowNumber, withWritable } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, episode: index, from: rowNumber.default(0), to: rowNumber.optional(), json: flag };

export const datasetTrimOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    dataset: 'LeRobot folder',
    episode: 'its place, from 0',
    from: 'first row to keep (0)',
    to: 'row to end before (its end)',
    json: 'one JSON object on stdout',
  },
};

/** Keeps some rows of an episode; the whole one goes to the trash. */
export async function datasetTrim(
  { dataset: folder, episode, from, to }: z.output<typeof datasetTrimOptions.schema>,
  output: Output,
): Promise<void> {
  await withWritable(folder, async (dataset) => {
    const length = dataset.list()[episode]?.length;
    if (length !== undefined && from === 0 && (to === undefined || to === length))
      throw fault('bad-input', `Nothing would be cut off episode ${episode}`, 'Give --from, --to or both.');
    const changed = await dataset.edit({ kind: 'trim', episode, from, to: to ?? length ?? 0 });
    edited(output, dataset, `Trimmed episode ${episode}`, changed);
  });
}
