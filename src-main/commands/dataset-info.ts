import { resolve } from 'node:path';
import { z } from 'zod';
import { datasetSummary, openDataset } from '../dataset/dataset';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, json: flag };

export const datasetInfoOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: { dataset: 'LeRobot v3.0 folder', json: 'one JSON object on stdout' },
};

export async function datasetInfo(options: z.output<typeof datasetInfoOptions.schema>, output: Output): Promise<void> {
  const dataset = await openDataset(resolve(options.dataset));
  try {
    const summary = await datasetSummary(dataset);
    const lines = Object.entries(summary).map(
      ([key, value]) => `${key.padEnd(12)} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    );
    output.result(summary, lines.join('\n'));
  } finally {
    await dataset.close();
  }
}
