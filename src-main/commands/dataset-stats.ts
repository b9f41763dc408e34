import { z } from 'zod';
import { type FeatureStats, pool, statsOf } from '../dataset/stats';
import { withDataset } from './dataset-options';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = { dataset: text, json: flag };

export const datasetStatsOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: { dataset: 'LeRobot folder', json: 'one JSON object on stdout' },
};

interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly figures: Readonly<Record<string, number | null>>;
}

const MEASURES = ['min', 'q01', 'q50', 'mean', 'q99', 'max', 'std'] as const;

/** How each joint moved and was commanded over all rows, in robot units, and how long episodes are. */
export async function datasetStats(
  { dataset: folder }: z.output<typeof datasetStatsOptions.schema>,
  output: Output,
): Promise<void> {
  await withDataset(folder, async (dataset) => {
    const { joints, action = joints, fps } = dataset.spec;
    const columns = [...joints.map((j) => ({ ...j, of: 'state' })), ...action.map((a) => ({ ...a, of: 'action' }))];
    const parts = columns.map((): FeatureStats[] => []);
    for (const { index } of dataset.list()) {
      output.tick(`Episode ${index}`);
      const { rows } = await dataset.read(index);
      const cells = rows.map((row) => [...row.state, ...row.action]);
      for (const [i, column] of parts.entries()) column.push(statsOf([cells.map((row) => row[i] ?? 0)], 'float64'));
    }
    if (process.stderr.isTTY) output.endTick('');
    const measured = columns.map(({ of, name, unit }, i): Measured => {
      const stats = parts[i]?.length ? pool(parts[i]) : null;
      const figures = Object.fromEntries(MEASURES.map((m) => [m, stats?.[m]?.[0] ?? null]));
      return { name: `${of}.${name}`, unit, figures };
    });
    const rows = dataset.list().reduce((sum, episode) => sum + episode.length, 0);
    const lengths = dataset.list().map((episode) => episode.length / fps);
    const seconds = lengths.length > 0 ? statsOf([lengths], 'float64') : null;
    const length = { min: seconds?.min[0] ?? null, mean: seconds?.mean[0] ?? null, max: seconds?.max[0] ?? null };
    const cell = (value: number | string | null | undefined) =>
      (typeof value === 'number' ? value.toFixed(4) : String(value ?? '–')).padStart(10);
    const table = [
      `${'column'.padEnd(28)} ${MEASURES.map(cell).join(' ')}`,
      ...measured.map(
        (line) => `${`${line.name} [${line.unit}]`.padEnd(28)} ${MEASURES.map((m) => cell(line.figures[m])).join(' ')}`,
      ),
      `${lengths.length} episodes, ${rows} rows; ${cell(length.min).trim()} to ${cell(length.max).trim()} s each`,
    ];
    const plain = measured.map(({ name, unit, figures }) => ({ name, unit, ...figures }));
    const result = { dataset: dataset.folder, episodes: lengths.length, rows, seconds: length, columns: plain };
    output.result(result, table.join('\n'));
  });
}
