import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fault } from '../core/fault';
import { type PracticeProgress, practiceOptionsSchema, type Tally } from '../core/practice';
import { wilson } from '../core/statistics';
import { TASK_IDS } from '../core/task';
import { spawnChild } from '../learner/launch';
import { practiseIn } from '../station/practice-client';
import { count, duration, flag, type OptionSpec, seed, text } from './options';
import type { Output } from './output';

const shape = {
  policy: text,
  out: text,
  task: z.enum(TASK_IDS).optional(),
  dataset: text.optional(),
  minutes: duration.default(15),
  rounds: count.optional(),
  steps: count.default(practiceOptionsSchema.shape.steps.parse(undefined)),
  explore: count.default(practiceOptionsSchema.shape.explore.parse(undefined)),
  check: count.default(practiceOptionsSchema.shape.check.parse(undefined)),
  exam: count.default(practiceOptionsSchema.shape.exam.parse(undefined)),
  by: practiceOptionsSchema.shape.by,
  seed: seed.default(0),
  name: text.optional(),
  engine: z.enum(['auto', 'native', 'wasm']).default('auto'),
  json: flag,
};

export const improveOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    policy: 'checkpoint folder to start from; it stays as it is',
    out: 'folder for the improved checkpoint; written only when it is better',
    task: `practise in the simulator: ${TASK_IDS.join(' | ')}`,
    dataset: 'without --task: learn from the scored trials in it. With: its demonstrations (those it was trained on)',
    minutes: 'of practice at most (15)',
    rounds: 'instead of minutes; repeats exactly for a seed',
    steps: 'of training each round (3000)',
    explore: 'rollouts with noise each round (40)',
    check: 'rollouts that measure each round (30)',
    exam: 'rollouts that compare before and after (60)',
    by: 'success (imitate what worked) | advantage (a critic weighs each chunk, too) (success)',
    seed: 'of starts, noise and training (0)',
    name: 'shown in lists',
    engine: 'auto | native | wasm (auto)',
    json: 'one JSON object on stdout',
  },
};

/** Improves a policy by reinforcement. Ctrl-C stops and keeps the best so far. */
export async function improve(options: z.output<typeof improveOptions.schema>, output: Output): Promise<void> {
  if (options.task === undefined && options.dataset === undefined) {
    throw fault(
      'bad-input',
      'Neither a task nor a dataset is named',
      'Give --task to practise, or --dataset to learn from its scored trials.',
    );
  }
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt);
  let round = 0;
  try {
    const { policy, out, dataset, name, json: _json, ...rest } = options;
    const result = await practiseIn(
      spawnChild(join(__dirname, 'practice-process.js')),
      practiceOptionsSchema.parse({
        ...rest,
        policy: resolve(policy),
        out: resolve(out),
        dataset: dataset && resolve(dataset),
        name: name ?? 'practised',
      }),
      {
        signal: abort.signal,
        onProgress: (p) => {
          if (p.round > round && p.curve.at(-1)?.round === round) output.endTick(line(p));
          round = p.round;
          output.tick(`${p.phase}: ${line(p)}, ${Math.ceil(p.left / 60)} min left`);
        },
      },
    );
    output.endTick(`${result.rounds} rounds, ${result.rollouts} rollouts, ${(result.seconds / 60).toFixed(1)} minutes`);
    if (result.start && result.end) output.say(`Before ${told(result.start)}, after ${told(result.end)}`);
    output.result(
      { ...result, start: scored(result.start), end: scored(result.end) },
      `${result.note}${result.checkpoint ? `\nCheckpoint ${result.checkpoint}` : ''}`,
    );
  } finally {
    process.off('SIGINT', interrupt);
  }
}

const line = (p: PracticeProgress): string => {
  const check = p.curve.at(-1);
  return `round ${p.round}, ${p.rollouts} rollouts${check ? `, last check ${check.successes} of ${check.trials}` : ''}${p.best ? `, best ${p.best.successes} of ${p.best.trials}` : ''}`;
};

const told = ({ successes, trials }: Tally): string => {
  const [low, high] = wilson(successes, trials);
  return `${successes} of ${trials} (95 % interval ${Math.round(low * 100)}–${Math.round(high * 100)} %)`;
};

const scored = (tally: Tally | null) => tally && { ...tally, interval: wilson(tally.successes, tally.trials) };
