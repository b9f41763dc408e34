import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { isDataset, openDataset } from '../dataset/dataset';
import { exportDataset } from '../exchange/export/export';
import { type ImportLine, importInto } from '../exchange/import/import';
import { EXPORT_FORMATS } from '../exchange/job';
import { count as counted } from '../exchange/watch';
import { watched } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const rate = z.coerce.number().int().min(1).max(240).optional();
const shape = {
  from: text,
  out: text,
  format: z.enum(EXPORT_FORMATS).default('lerobot-v3.0'),
  fps: rate,
  'source-fps': rate,
  task: text.max(500).optional(),
  robot: text.max(80).optional(),
  json: flag,
};

export const datasetConvertOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    from: 'LeRobot v2.1 or v3.0, ALOHA or robomimic HDF5, folder of CSV and video',
    out: 'new folder',
    format: `${EXPORT_FORMATS.join(' | ')} (lerobot-v3.0)`,
    fps: 'rows a second, resampled by true time (as recorded)',
    'source-fps': 'rows a second of a source that does not say',
    task: 'what the robot is asked to do, for a source that does not say',
    robot: 'name of the robot, for a source that does not say',
    json: 'one JSON object on stdout',
  },
};

type Options = z.output<typeof datasetConvertOptions.schema>;

/** Any known kind of recording → a new dataset in any format. The source is only read. */
export async function datasetConvert(options: Options, output: Output): Promise<void> {
  const { from, out, format, fps } = options;
  const result = await watched(output, async (watch) => {
    const hints = { fps: options['source-fps'], task: options.task, robot: options.robot };
    if (format === 'lerobot-v3.0' && fps === undefined) {
      const { episodes, frames, skipped, report, kind } = await importInto(resolve(from), resolve(out), hints, watch);
      return { kind, episodes, frames, skipped, report };
    }
    return through(resolve(from), resolve(out), { format, fps }, hints, watch);
  });
  for (const { level, text: line } of result.report) output.say(`${level === 'warning' ? 'warning: ' : ''}${line}`);
  const what = `${counted(result.episodes, 'episode')}, ${counted(result.frames, 'row')} in ${resolve(out)}`;
  const left = result.skipped > 0 ? `; ${counted(result.skipped, 'broken episode')} left out` : '';
  output.result({ format, folder: resolve(out), ...result }, `${what}${left}`);
}

interface Converted {
  readonly kind: string;
  readonly episodes: number;
  readonly frames: number;
  readonly skipped: number;
  readonly report: readonly ImportLine[];
}

/** By way of a dataset of our own beside the target, unless the source opens as it is. */
async function through(
  from: string,
  out: string,
  target: Pick<Options, 'format' | 'fps'>,
  hints: Parameters<typeof importInto>[2],
  watch: { report: (progress: { done: number; total: number; note: string }) => void; signal: AbortSignal },
): Promise<Converted> {
  if (await isDataset(from)) {
    const { episodes, frames } = await exported(from, out, target, watch);
    return { kind: 'lerobot', episodes, frames, skipped: 0, report: [] };
  }
  const between = await mkdtemp(join(dirname(out), '.convert-'));
  try {
    const { kind, skipped, report } = await importInto(from, join(between, 'set'), hints, watch);
    const { episodes, frames } = await exported(join(between, 'set'), out, target, watch);
    return { kind, episodes, frames, skipped, report };
  } finally {
    await rm(between, { recursive: true, force: true });
  }
}

async function exported(
  from: string,
  out: string,
  { format, fps }: Pick<Options, 'format' | 'fps'>,
  watch: Parameters<typeof exportDataset>[2],
) {
  const dataset = await openDataset(from);
  try {
    return await exportDataset(dataset, { format, folder: out, fps }, watch);
  } finally {
    await dataset.close();
  }
}
