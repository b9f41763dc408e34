import type { z } from 'zod';
import { datasetCheck, datasetCheckOptions } from './commands/dataset-check';
import { datasetConvert, datasetConvertOptions } from './commands/dataset-convert';
import { datasetDelete, datasetDeleteOptions } from './commands/dataset-delete';
import { datasetExport, datasetExportOptions } from './commands/dataset-export';
import { datasetInfo, datasetInfoOptions } from './commands/dataset-info';
import { datasetMerge, datasetMergeOptions } from './commands/dataset-merge';
import { datasetRepair, datasetRepairOptions } from './commands/dataset-repair';
import { datasetSplit, datasetSplitOptions } from './commands/dataset-split';
import { datasetStats, datasetStatsOptions } from './commands/dataset-stats';
import { datasetTrim, datasetTrimOptions } from './commands/dataset-trim';
import { demo, demoOptions } from './commands/demo';
import { evalOptions, evaluate } from './commands/eval';
import { exportFile, exportOptions } from './commands/export';
import { improve, improveOptions } from './commands/improve';
import { helpOf, type OptionSpec, parseOptions } from './commands/options';
import { Output } from './commands/output';
import { run, runOptions } from './commands/run';
import { train, trainCommandOptions } from './commands/train';
import { virtualArm, virtualArmOptions } from './commands/virtual-arm';
import { fault, toFault } from './core/fault';

/** Composition root of the command line: the same core as the desktop app, without Electron. */

interface Command {
  readonly summary: string;
  readonly help: string;
  run(argv: readonly string[], output: Output): Promise<void>;
}

const command = <S extends z.ZodRawShape>(
  summary: string,
  spec: OptionSpec<S>,
  act: (options: z.output<z.ZodObject<S>>, output: Output) => Promise<void>,
): Command => ({ summary, help: helpOf(spec), run: (argv, output) => act(parseOptions(spec, argv), output) });

const COMMANDS: Record<string, Command> = {
  demo: command('the whole loop without a window: record, train, roll out, score', demoOptions, demo),
  train: command('train a policy on a dataset folder', trainCommandOptions, train),
  improve: command('improve a policy by its own practice or its scored trials', improveOptions, improve),
  eval: command('score a policy in the simulator, or compare it with demonstrations', evalOptions, evaluate),
  export: command('write a policy as ONNX or its weights alone', exportOptions, exportFile),
  run: command('let a policy drive in real time', runOptions, run),
  'dataset info': command('what a dataset folder holds', datasetInfoOptions, datasetInfo),
  'dataset check': command('look at every file of a dataset', datasetCheckOptions, datasetCheck),
  'dataset repair': command('put right what a check finds; nothing is deleted', datasetRepairOptions, datasetRepair),
  'dataset trim': command('keep some rows of an episode', datasetTrimOptions, datasetTrim),
  'dataset split': command('make several episodes of one', datasetSplitOptions, datasetSplit),
  'dataset merge': command('join episodes', datasetMergeOptions, datasetMerge),
  'dataset delete': command('move episodes to the trash', datasetDeleteOptions, datasetDelete),
  'dataset convert': command('any known kind of recording to a dataset', datasetConvertOptions, datasetConvert),
  'dataset stats': command('how each joint moved', datasetStatsOptions, datasetStats),
  'dataset export': command('a copy in another format', datasetExportOptions, datasetExport),
  'virtual-arm': command('a virtual SO-101 on a pseudo-terminal', virtualArmOptions, virtualArm),
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(16)} ${summary}`);
  return `understudy <command> [options]\n\n${lines.join('\n')}\n\nunderstudy <command> --help lists its options. The desktop app: npm start`;
}

function find(argv: readonly string[]): { command: Command; name: string; rest: string[] } | null {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const found = COMMANDS[name];
    if (found) return { command: found, name, rest: argv.slice(words) };
  }
  return null;
}

async function main(argv: readonly string[]): Promise<number> {
  const output = new Output(argv.includes('--json'));
  if (argv.length === 0 || argv[0] === '--help' || argv[0] === 'help') {
    process.stdout.write(`${usage()}\n`);
    return 0;
  }
  const found = find(argv);
  try {
    if (!found)
      throw fault('bad-input', `There is no command "${argv[0]}"`, `Commands: ${Object.keys(COMMANDS).join(', ')}`);
    if (found.rest.includes('--help')) {
      process.stdout.write(`understudy ${found.name}: ${found.command.summary}\n\n${found.command.help}\n`);
      return 0;
    }
    await found.command.run(found.rest, output);
    return 0;
  } catch (error) {
    output.failed(error);
    return toFault(error).kind === 'bad-input' ? 2 : 1;
  }
}

// A command whose answer is "no" (a check that finds something) says so by its exit code. Background work (a serial port, a worker) must not keep a finished command alive.
main(process.argv.slice(2)).then((code) => process.exit(code || Number(process.exitCode ?? 0)));
