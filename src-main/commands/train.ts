import { resolve } from 'node:path';
import { z } from 'zod';
import { POLICY_KINDS, trainOptionsSchema } from '../core/learning';
import { duration, flag, type OptionSpec, seed, text } from './options';
import type { Output } from './output';
import { openTrainer } from './policy-process';

const shape = {
  dataset: text,
  out: text,
  policy: z.enum(POLICY_KINDS).default('mlp'),
  camera: text.optional(),
  seconds: duration.default(60),
  seed: seed.default(0),
  name: text.optional(),
  json: flag,
};

export const trainCommandOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    dataset: 'LeRobot v3.0 folder to learn from',
    out: 'folder for the checkpoint',
    policy: 'mlp (state) or cnn (camera and proprioception) (mlp)',
    camera: 'cameras the cnn looks at, separated by commas',
    seconds: 'of training (60)',
    seed: 'of weights, batches and the held-out split (0)',
    name: 'shown in lists',
    json: 'one JSON object on stdout',
  },
};

/** Trains on a dataset folder. Ctrl-C stops and keeps the best checkpoint. */
export async function train(options: z.output<typeof trainCommandOptions.schema>, output: Output): Promise<void> {
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
        cameras: options.camera?.split(',') ?? [],
        seconds: options.seconds,
        seed: options.seed,
      }),
      {
        signal: abort.signal,
        onProgress: (p) =>
          output.tick(
            `epoch ${p.epoch}, train ${p.trainLoss.toFixed(4)}, held out ${p.heldOutLoss.toFixed(4)} (best ${p.bestHeldOutLoss.toFixed(4)}), ${Math.round(p.samplesPerSecond)} samples/s, ${Math.ceil(p.left)} s left`,
          ),
      },
    );
    output.endTick(`${result.engine.detail}: ${result.steps} steps in ${result.seconds.toFixed(1)} s`);
    output.result(
      result,
      `Best held-out loss ${result.bestHeldOutLoss.toFixed(4)} at epoch ${result.bestEpoch}\nCheckpoint ${result.checkpoint}`,
    );
  } finally {
    process.off('SIGINT', interrupt);
    trainer.close();
  }
}
