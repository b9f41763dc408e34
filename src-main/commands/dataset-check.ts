import { resolve } from 'node:path';
import { z } from 'zod';
import { type CheckLine, checkDataset } from '../dataset/check';
import { isSound } from '../dataset/repair';
import { watched } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, deep: flag, json: flag };

export const datasetCheckOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['deep', 'json'],
  help: {
    dataset: 'LeRobot v3.0 folder',
    deep: 'decode every picture, too',
    json: 'one JSON object on stdout',
  },
};

const MARKS: Record<CheckLine['level'], string> = {
  ok: 'ok      ',
  info: 'note    ',
  warning: 'warning ',
  error: 'ERROR   ',
};
export const reportText = (lines: readonly CheckLine[]): string =>
  lines.map(({ level, text: line }) => `${MARKS[level]} ${line}`).join('\n');

/** Looks at every file and changes nothing. Ends with code 1 when something is wrong. */
export async function datasetCheck(
  { dataset, deep }: z.output<typeof datasetCheckOptions.schema>,
  output: Output,
): Promise<void> {
  const folder = resolve(dataset);
  const { lines, broken, miscounted, mismeasured } = await watched(output, (watch) =>
    checkDataset(folder, { deep, ...watch }),
  );
  const sound = isSound({ lines });
  output.result({ dataset: folder, sound, lines, broken, miscounted, mismeasured }, reportText(lines));
  if (!sound) process.exitCode = 1;
}
