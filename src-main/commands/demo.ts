import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fault } from '../core/fault';
import { POLICY_KINDS, trainOptionsSchema } from '../core/learning';
import { TASK_IDS } from '../core/task';
import { isDataset } from '../dataset/dataset';
import { recordDemonstrations } from '../station/laboratory';
import { score, scoreLine } from './evaluation';
import { count, duration, flag, type OptionSpec, seed, text } from './options';
import { type Output, seconds } from './output';
import { openTrainer } from './policy-process';

const shape = {
  task: z.enum(TASK_IDS).default('push'),
  policy: z.enum(POLICY_KINDS).default('mlp'),
  seed: seed.default(0),
  episodes: count.default(30),
  trials: count.default(50),
  seconds: duration.optional(),
  dataset: text.optional(),
  out: text.optional(),
  json: flag,
};

export const demoOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    task: `${TASK_IDS.join(' | ')} (push)`,
    policy: 'mlp: learns from joint angles and task state (mlp)',
    seed: 'of everything random (0)',
    episodes: 'demonstrations to record (30)',
    trials: 'rollouts from unseen starts (50)',
    seconds: 'of training (chosen per task)',
    dataset: 'folder that keeps the recording',
    out: 'folder that keeps the trained policy',
    json: 'one JSON object on stdout',
  },
};

/** Some 2,000 steps on two busy cores, after which success no longer grows; pick-place has the finest motion. */
const TRAINING_SECONDS = { reach: 30, push: 60, 'pick-place': 60, detour: 40, recall: 40 } as const;
/** Of thirty demonstrations three are enough to watch the held-out loss, and every other one teaches. */
const HELD_OUT = 0.1;

/**
 * The whole loop without a window: a scripted expert teleoperates and is recorded, a policy is trained on the
 * recording, and both it and its untrained self are scored on starts that no demonstration had.
 */
export async function demo(options: z.output<typeof demoOptions.schema>, output: Output): Promise<void> {
  if (options.policy !== 'mlp') {
    throw fault(
      'no-camera',
      'A camera policy needs pictures, which only the desktop app draws',
      'Use --policy mlp, or train it in the app (npm start).',
    );
  }
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
  try {
    await inFolder(scratch, options, output);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function inFolder(scratch: string, options: z.output<typeof demoOptions.schema>, output: Output): Promise<void> {
  const { task, policy } = options;
  const folder = options.dataset ? resolve(options.dataset) : join(scratch, 'dataset');
  if (options.dataset && (await isDataset(folder))) {
    throw fault(
      'bad-input',
      `${folder} holds a dataset already`,
      'Give an empty folder; demo never mixes into recordings of yours.',
    );
  }
  const start = performance.now();
  const since = (from: number) => (performance.now() - from) / 1000;

  output.say(`Recording ${options.episodes} demonstrations of "${task}" by a scripted expert`);
  const recorded = await recordDemonstrations({
    task,
    folder,
    episodes: options.episodes,
    seed: options.seed,
    onEpisode: (done) => output.tick(`  ${done} of ${options.episodes}`),
  });
  const recordSeconds = since(start);
  output.endTick(`  ${recorded.frames} frames, ${recorded.attempts} attempts, ${seconds(recordSeconds)}`);

  const trainStart = performance.now();
  const budget = options.seconds ?? TRAINING_SECONDS[task];
  output.say(`Training ${policy} for ${budget} s; its untrained self is scored meanwhile`);
  const common = { dataset: folder, policy, seed: options.seed, heldOut: HELD_OUT };
  const baselineFolder = join(scratch, 'untrained');
  const trainer = openTrainer();
  let untrained: Awaited<ReturnType<typeof score>>;
  const checkpoint = options.out ? resolve(options.out) : join(scratch, 'policy');
  try {
    await trainer.train(
      trainOptionsSchema.parse({ ...common, out: baselineFolder, name: 'untrained', untrained: true }),
      {},
    );
    const scoring = score(baselineFolder, { task, trials: options.trials, seed: options.seed });
    const training = trainer.train(
      trainOptionsSchema.parse({ ...common, out: checkpoint, name: `demo ${task}`, seconds: budget }),
      {
        onProgress: (p) =>
          output.tick(
            `  epoch ${p.epoch}, train ${p.trainLoss.toFixed(4)}, held out ${p.heldOutLoss.toFixed(4)}, ${Math.ceil(p.left)} s left`,
          ),
      },
    );
    const [scored, result] = await Promise.all([scoring, training]);
    untrained = scored;
    output.endTick(
      `  best held-out loss ${result.bestHeldOutLoss.toFixed(4)} at epoch ${result.bestEpoch}, ${result.steps} steps, ${result.engine.detail}`,
    );
  } finally {
    trainer.close();
  }
  const trainSeconds = since(trainStart);

  const evaluateStart = performance.now();
  output.say(`Handing over: ${options.trials} rollouts from unseen starts`);
  const trained = await score(checkpoint, {
    task,
    trials: options.trials,
    seed: options.seed,
    onTrial: (done, successes) => output.tick(`  ${successes} of ${done}`),
  });
  const evaluateSeconds = since(evaluateStart);
  output.endTick(`  ${seconds(evaluateSeconds)}`);

  const total = since(start);
  output.result(
    {
      task,
      policy,
      episodes: options.episodes,
      success_rate: trained.success_rate,
      successes: trained.successes,
      trials: trained.trials,
      interval: trained.interval,
      untrained_success_rate: untrained.success_rate,
      seconds: { record: recordSeconds, train: trainSeconds, evaluate: evaluateSeconds, total },
    },
    [
      `Success    ${scoreLine(trained)}`,
      `Untrained  ${scoreLine(untrained)}`,
      `Time       record ${seconds(recordSeconds)}, train ${seconds(trainSeconds)}, evaluate ${seconds(evaluateSeconds)}, in all ${seconds(total)}`,
    ].join('\n'),
  );
}
