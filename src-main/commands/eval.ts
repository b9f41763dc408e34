import { resolve } from 'node:path';
import { z } from 'zod';
import { TASK_IDS } from '../core/task';
import { score, scoreLine } from './evaluation';
import { count, flag, type OptionSpec, seed, text } from './options';
import type { Output } from './output';

const shape = {
  policy: text,
  task: z.enum(TASK_IDS),
  trials: count.default(50),
  seed: seed.default(0),
  json: flag,
};

export const evalOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    policy: 'checkpoint folder',
    task: TASK_IDS.join(' | '),
    trials: 'rollouts from unseen starts (50)',
    seed: 'of the starts (0)',
    json: 'one JSON object on stdout',
  },
};

/** Scores a checkpoint in the simulator, on virtual time. */
export async function evaluate(options: z.output<typeof evalOptions.schema>, output: Output): Promise<void> {
  const { task, trials } = options;
  const result = await score(resolve(options.policy), {
    task,
    trials,
    seed: options.seed,
    onTrial: (done, successes) => output.tick(`${successes} of ${done}`),
  });
  output.endTick('');
  output.result({ task, policy: resolve(options.policy), ...result }, `Success ${scoreLine(result)}`);
}
