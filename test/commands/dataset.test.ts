import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { datasetCheck, datasetCheckOptions } from '../../src-main/commands/dataset-check';
import { datasetConvert, datasetConvertOptions } from '../../src-main/commands/dataset-convert';
import { datasetDelete, datasetDeleteOptions } from '../../src-main/commands/dataset-delete';
import { datasetExport, datasetExportOptions } from '../../src-main/commands/dataset-export';
import { datasetInfo, datasetInfoOptions } from '../../src-main/commands/dataset-info';
import { datasetMerge, datasetMergeOptions } from '../../src-main/commands/dataset-merge';
import { datasetRepair, datasetRepairOptions } from '../../src-main/commands/dataset-repair';
import { datasetSplit, datasetSplitOptions } from '../../src-main/commands/dataset-split';
import { datasetStats, datasetStatsOptions } from '../../src-main/commands/dataset-stats';
import { datasetTrim, datasetTrimOptions } from '../../src-main/commands/dataset-trim';
import { helpOf, type OptionSpec, parseOptions } from '../../src-main/commands/options';
import { Output } from '../../src-main/commands/output';
import { openDataset } from '../../src-main/dataset/dataset';
import { folder, sample, tree } from '../exchange/dataset';

let root = '';
beforeEach(async () => {
  const dataset = await sample();
  root = dataset.folder;
  await dataset.close();
  process.exitCode = undefined;
});
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs a command with its words as the command line would; resolves to the one JSON object on stdout. */
async function run<S extends z.ZodRawShape>(
  act: (options: z.output<z.ZodObject<S>>, output: Output) => Promise<void>,
  spec: OptionSpec<S>,
  ...words: string[]
): Promise<Record<string, unknown>> {
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await act(parseOptions(spec, [...words, '--json']), new Output(true));
  } finally {
    spy.mockRestore();
  }
  return JSON.parse(out);
}

const lengths = async (): Promise<number[]> => {
  const dataset = await openDataset(root);
  const found = dataset.list().map((episode) => episode.length);
  await dataset.close();
  return found;
};

describe('understudy dataset', () => {
  it('trims an episode, keeps the whole one in the trash, and says both', async () => {
    const result = await run(
      datasetTrim,
      datasetTrimOptions,
      '--dataset',
      root,
      '--episode',
      '1',
      '--from',
      '5',
      '--to',
      '25',
    );
    expect(result).toMatchObject({ changed: [{ index: 1, length: 20 }], episodes: 3, frames: 55, trash: 1 });
    expect(await lengths()).toEqual([20, 20, 15]);
    expect(tree(root).some((path) => path.startsWith('.trash/'))).toBe(true);
  });

  it('splits, joins and deletes episodes', async () => {
    const split = await run(datasetSplit, datasetSplitOptions, '--dataset', root, '--episode', '0', '--at', '5,12');
    expect(split).toMatchObject({ changed: [{ length: 5 }, { length: 7 }, { length: 8 }], episodes: 5 });
    const merged = await run(datasetMerge, datasetMergeOptions, '--dataset', root, '--episodes', '0-1');
    expect(merged).toMatchObject({ changed: [{ index: 0, length: 12 }], episodes: 4 });
    const gone = await run(datasetDelete, datasetDeleteOptions, '--dataset', root, '--episodes', '1,3');
    expect(gone).toMatchObject({ done: 'Deleted 2 episodes', episodes: 2, frames: 47 });
    expect(await lengths()).toEqual([12, 35]);
    expect(await run(datasetInfo, datasetInfoOptions, '--dataset', root)).toMatchObject({ episodes: 2, frames: 47 });
  });

  it('checks, repairs what is broken, and tells by its exit code whether anything is left', async () => {
    expect(await run(datasetCheck, datasetCheckOptions, '--dataset', root, '--deep')).toMatchObject({ sound: true });
    expect(process.exitCode).toBeUndefined();
    rmSync(join(root, 'videos/observation.images.front/chunk-000/file-001.mp4'));
    expect(await run(datasetCheck, datasetCheckOptions, '--dataset', root)).toMatchObject({
      sound: false,
      broken: [1],
    });
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    expect(await run(datasetRepair, datasetRepairOptions, '--dataset', root)).toMatchObject({ sound: true });
    expect(process.exitCode).toBeUndefined();
    expect(await lengths()).toEqual([20, 15]);
  });

  it('exports chosen episodes, and converts tables and videos back into a dataset', async () => {
    const tables = folder('tables');
    const words = ['--dataset', root, '--out', tables, '--format', 'csv', '--episodes', '0,2'];
    expect(await run(datasetExport, datasetExportOptions, ...words)).toMatchObject({ episodes: 2, frames: 35 });
    const back = folder('back');
    expect(await run(datasetConvert, datasetConvertOptions, '--from', tables, '--out', back)).toMatchObject({
      kind: 'csv-folder',
      episodes: 2,
      skipped: 0,
    });
    root = back;
    expect(await lengths()).toEqual([20, 15]);
    const slow = folder('slow');
    const change = ['--from', back, '--out', slow, '--format', 'lerobot-v2.1', '--fps', '10'];
    expect(await run(datasetConvert, datasetConvertOptions, ...change)).toMatchObject({ episodes: 2 });
    expect(JSON.parse(readFileSync(join(slow, 'meta/info.json'), 'utf8'))).toMatchObject({
      codebase_version: 'v2.1',
      fps: 10,
    });
  });

  it('measures how each joint moved', async () => {
    const { rows, columns } = await run(datasetStats, datasetStatsOptions, '--dataset', root);
    expect(rows).toBe(70);
    expect(columns).toMatchObject([
      { name: 'state.shoulder_pan', unit: 'rad' },
      { name: 'state.gripper', unit: 'ratio' },
      { name: 'action.shoulder_pan', min: 0, max: expect.closeTo(0.34, 5) },
      { name: 'action.gripper', min: 0, max: expect.closeTo(0.9, 5) },
    ]);
  });

  it.each([
    [['--dataset', '/nowhere', '--episodes', '0'], 'not-found'],
    [['--episodes', '9'], 'not-found'],
    [['--episodes', '3-1'], 'bad-input'],
    [['--episodes', 'first'], 'bad-input'],
    [[], 'bad-input'],
  ])('refuses %j by name and changes nothing', async (words, kind) => {
    const where = words.includes('--dataset') ? [] : ['--dataset', root];
    await expect(run(datasetDelete, datasetDeleteOptions, ...where, ...words)).rejects.toMatchObject({ kind });
    expect(await lengths()).toEqual([20, 35, 15]);
  });

  it('refuses to trim nothing, to cut where no row is, and to write over a folder', async () => {
    const trim = run(datasetTrim, datasetTrimOptions, '--dataset', root, '--episode', '0');
    await expect(trim).rejects.toMatchObject({ kind: 'bad-input' });
    const split = run(datasetSplit, datasetSplitOptions, '--dataset', root, '--episode', '0', '--at', '20');
    await expect(split).rejects.toMatchObject({ kind: 'bad-input' });
    const out = folder('there');
    writeFileSync(out, 'mine');
    const over = run(datasetExport, datasetExportOptions, '--dataset', root, '--out', out);
    await expect(over).rejects.toMatchObject({ kind: 'bad-input' });
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  it('has a line of help for each option', () => {
    const specs = [
      datasetCheckOptions,
      datasetConvertOptions,
      datasetDeleteOptions,
      datasetExportOptions,
      datasetMergeOptions,
      datasetRepairOptions,
      datasetSplitOptions,
      datasetStatsOptions,
      datasetTrimOptions,
    ];
    for (const spec of specs as readonly OptionSpec<z.ZodRawShape>[])
      for (const name of Object.keys(spec.schema.shape)) expect(helpOf(spec)).toContain(`--${name}`);
  });
});
