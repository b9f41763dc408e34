import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { fault } from '../core/fault';
import { POLICY_CHOICES, trainOptionsSchema } from '../core/learning';
import { someSettingsSchema, trainSettingsSchema } from '../core/train-settings';
import { count, duration, flag, type OptionSpec, seed, text } from './options';
import type { Output } from './output';
import { openTrainer } from './policy-process';

const shape = {
  dataset: text,
  out: text,
  policy: z.enum(POLICY_CHOICES).default('auto'),
  camera: text.optional(),
  seconds: duration.default(60),
  steps: count.optional(),
  seed: seed.default(0),
  config: text.optional(),
  start: text.optional(),
  name: text.optional(),
  engine: z.enum(['auto', 'native', 'wasm']).default('auto'),
  json: flag,
};

export const trainCommandOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    dataset: 'LeRobot v3.0 or v2.1 folder to learn from',
    out: 'folder for the checkpoint; policy.onnx is written into it, too',
    policy: `${POLICY_CHOICES.join(' | ')} (auto)`,
    camera: 'cameras it looks at, separated by commas; none for none (chosen)',
    seconds: 'of training (60)',
    steps: 'of training instead of seconds; repeats exactly for a seed',
    seed: 'of weights, batches and the held-out split (0)',
    config: `JSON, or a file with it: ${Object.keys(trainSettingsSchema.shape).join(', ')}, and the network's own`,
    start: 'checkpoint folder of the same kind whose weights to start from',
    name: 'shown in lists',
    engine: 'auto | native | wasm (auto)',
    json: 'one JSON object on stdout',
  },
};

/** Trains on a dataset folder of any robot. Ctrl-C stops and keeps the best checkpoint. */
export async function train(options: z.output<typeof trainCommandOptions.schema>, output: Output): Promise<void> {
  const { settings, config } = await readConfig(options.config);
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt);
  const trainer = openTrainer();
  try {
    const result = await trainer.train(
      trainOptionsSchema.parse({
        dataset: resolve(options.dataset),
        out: resolve(options.out),
        name: options.name ?? `${options.policy}`,
        policy: options.policy,
        cameras: options.camera === 'none' ? [] : options.camera?.split(','),
        seconds: options.seconds,
        steps: options.steps,
        seed: options.seed,
        start: options.start && resolve(options.start),
        engine: options.engine,
        settings,
        config,
      }),
      {
        signal: abort.signal,
        onPlanned: ({ resumed }) => {
          if (resumed) output.say(`  ${resumed}`);
        },
        onProgress: (p) =>
          output.tick(
            `epoch ${p.epoch}, train ${p.trainLoss.toFixed(4)}, held out ${p.heldOutLoss.toFixed(4)} (best ${p.bestHeldOutLoss.toFixed(4)}), ${Math.round(p.samplesPerSecond)} samples/s, ${Math.ceil(p.left)} s left`,
          ),
      },
    );
    for (const reason of result.reasons) output.say(`  ${reason}`);
    if (result.notice) output.say(`  ${result.notice}`);
    output.endTick(
      `${result.spec.kind}, ${result.engine.detail}: ${result.steps} steps in ${result.seconds.toFixed(1)} s`,
    );
    output.result(
      result,
      `Best held-out loss ${result.bestHeldOutLoss.toFixed(4)} at epoch ${result.bestEpoch}\nCheckpoint ${result.checkpoint}`,
    );
  } finally {
    process.off('SIGINT', interrupt);
    trainer.close();
  }
}

/** Settings every training knows go to `settings`, all others to the network, which refuses what it does not know. */
async function readConfig(given: string | undefined) {
  if (given === undefined) return { settings: {}, config: {} };
  const inline = given.trimStart().startsWith('{');
  const source = inline ? given : await readFile(resolve(given), 'utf8').catch(() => null);
  if (source === null) {
    throw fault('not-found', `There is no file ${resolve(given)}`, 'Give a JSON object, or a file that holds one.');
  }
  let data: unknown;
  try {
    data = JSON.parse(source);
  } catch (error) {
    throw fault('bad-input', '--config is not valid JSON', 'Example: --config \'{"chunk": 16, "batch": 128}\'', error);
  }
  const object = z.record(z.string(), z.unknown()).safeParse(data);
  if (!object.success) throw fault('bad-input', '--config is not a JSON object', 'Example: --config \'{"chunk": 16}\'');
  const known = new Set(Object.keys(trainSettingsSchema.shape));
  const pairs = Object.entries(object.data);
  const settings = someSettingsSchema.safeParse(Object.fromEntries(pairs.filter(([name]) => known.has(name))));
  if (!settings.success) {
    const [issue] = settings.error.issues;
    throw fault('bad-input', `--config: "${issue?.path.join('.')}" ${issue?.message}`, 'Correct it, or leave it out.');
  }
  return { settings: settings.data, config: Object.fromEntries(pairs.filter(([name]) => !known.has(name))) };
}
