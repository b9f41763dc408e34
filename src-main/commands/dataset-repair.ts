import { resolve } from 'node:path';
import { z } from 'zod';
import { repairDataset } from '../dataset/repair';
import { reportText } from './dataset-check';
import { watched } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, json: flag };

export const datasetRepairOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: { dataset: 'LeRobot v3.0 folder', json: 'one JSON object on stdout' },
};

/** Puts right what a check finds; broken episodes go to the trash. Ends with code 1 when something is left. */
export async function datasetRepair(
  { dataset }: z.output<typeof datasetRepairOptions.schema>,
  output: Output,
): Promise<void> {
  const folder = resolve(dataset);
  const { lines, sound } = await watched(output, (watch) => repairDataset(folder, watch));
  output.result({ dataset: folder, sound, lines }, reportText(lines));
  if (!sound) process.exitCode = 1;
}
