import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { fault } from '../core/fault';
import { openEngine } from '../learner/engine';
import { exportPolicy } from '../learner/onnx/export-policy';
import { exportWeights } from '../learner/onnx/export-weights';
import { flag, type OptionSpec, text } from './options';
import type { Output } from './output';

const shape = {
  policy: text,
  out: text,
  format: z.enum(['onnx', 'weights']).default('onnx'),
  force: flag,
  json: flag,
};

export const exportOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['force', 'json'],
  help: {
    policy: 'checkpoint folder',
    out: 'file to write',
    format: 'onnx (the whole policy, docs/policies.md) | weights (safetensors) (onnx)',
    force: 'replace the file if it is there',
    json: 'one JSON object on stdout',
  },
};

/** Writes a policy for use elsewhere. */
export async function exportFile(options: z.output<typeof exportOptions.schema>, output: Output): Promise<void> {
  const { format } = options;
  const [policy, out] = [resolve(options.policy), resolve(options.out)];
  const there = await stat(out).catch(() => null);
  if (there && (!options.force || there.isDirectory())) {
    throw fault('bad-input', `${out} is there already`, 'Give the name of a new file, or --force to replace it.');
  }
  if (format === 'weights') await exportWeights(policy, out);
  else await exportPolicy(policy, out, await openEngine());
  const { size } = await stat(out);
  output.result({ policy, format, file: out, bytes: size }, `${out}, ${(size / 1e6).toFixed(1)} MB`);
}
