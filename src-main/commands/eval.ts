import { resolve } from 'node:path';
import { z } from 'zod';
import { fault } from '../core/fault';
import { TASK_IDS } from '../core/task';
import { openDataset } from '../dataset/dataset';
import { readPolicyFile } from '../learner/checkpoint';
import { type EpisodeTrace, openLoop } from '../learner/open-loop';
import { cachedVideo } from '../learner/video';
import { score, scoreLine } from './evaluation';
import { count, flag, type OptionSpec, seed, text } from './options';
import type { Output } from './output';
import { openPolicyClient } from './policy-process';

const shape = {
  policy: text,
  task: z.enum(TASK_IDS).optional(),
  dataset: text.optional(),
  episodes: text.optional(),
  trials: count.default(50),
  seed: seed.default(0),
  json: flag,
};

export const evalOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    policy: 'checkpoint folder',
    task: `rollouts in the simulator: ${TASK_IDS.join(' | ')}`,
    dataset: 'or: demonstrations to compare it with, row by row',
    episodes: 'of the dataset, such as 0,3,7 or all (those it was not trained on)',
    trials: 'rollouts from unseen starts (50)',
    seed: 'of the starts (0)',
    json: 'one JSON object on stdout',
  },
};

/** Scores a checkpoint: in the simulator on virtual time, or open loop against demonstrations of any robot. */
export async function evaluate(options: z.output<typeof evalOptions.schema>, output: Output): Promise<void> {
  const { task, dataset, trials } = options;
  const policy = resolve(options.policy);
  if ((task === undefined) === (dataset === undefined)) {
    throw fault(
      'bad-input',
      'Give either --task (rollouts in the simulator) or --dataset (comparison with demonstrations)',
      'Example: understudy eval --policy P --dataset D',
    );
  }
  if (dataset) return compare(policy, resolve(dataset), options.episodes, output);
  if (!task) return;
  const result = await score(policy, {
    task,
    trials,
    seed: options.seed,
    onTrial: (done, successes) => output.tick(`${successes} of ${done}`),
  });
  output.endTick('');
  output.result({ task, policy, ...result }, `Success ${scoreLine(result)}`);
}

async function compare(policy: string, folder: string, wanted: string | undefined, output: Output): Promise<void> {
  const dataset = await openDataset(folder);
  const client = openPolicyClient();
  try {
    const remote = await client.load(policy);
    const episodes = await chooseEpisodes(policy, folder, wanted, dataset.list().length);
    const traces = await openLoop(remote, dataset, episodes, cachedVideo(), {
      onEpisode: (done) => output.tick(`${done} of ${episodes.length} demonstrations`),
    });
    output.endTick('');
    const channels = remote.spec.action.map((name, a) => ({ name, ...channelError(traces, a) }));
    const lines = channels.map(
      ({ name, error, share }) => `  ${name.padEnd(24)} ${error.toPrecision(3)} (${(share * 100).toFixed(1)} %)`,
    );
    output.result(
      { policy, dataset: folder, episodes, channels },
      `Mean absolute error on ${episodes.length} demonstrations, and as a share of the channel's range:\n${lines.join('\n')}`,
    );
  } finally {
    client.close();
    await dataset.close();
  }
}

/** Those that were held out, when it is the dataset it was trained on; else all. */
async function chooseEpisodes(
  policy: string,
  folder: string,
  wanted: string | undefined,
  count: number,
): Promise<number[]> {
  const all = Array.from({ length: count }, (_, i) => i);
  if (wanted === 'all') return all;
  if (wanted !== undefined) {
    const chosen = wanted.split(',').map(Number);
    if (chosen.every((i) => all.includes(i))) return chosen;
    throw fault('bad-input', `--episodes: there are demonstrations 0 to ${count - 1}`, 'Example: --episodes 0,3,7');
  }
  const file = await readPolicyFile(policy).catch(() => null);
  const { heldOut = [] } = (file?.dataset.folder === folder && file.dataset.episodes) || {};
  return heldOut.length > 0 ? heldOut.filter((i) => i < count) : all;
}

function channelError(traces: readonly EpisodeTrace[], channel: number) {
  const rows = traces.reduce((sum, trace) => sum + trace.time.length, 0);
  const sum = traces.reduce((all, trace) => all + (trace.errors[channel] ?? 0) * trace.time.length, 0);
  const values = traces.flatMap((trace) => trace.demonstrated[channel] ?? []);
  const range = values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  const error = sum / Math.max(1, rows);
  return { error, share: range > 0 ? error / range : 0 };
}
