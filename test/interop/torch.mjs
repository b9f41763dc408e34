// The expert records, PyTorch learns and exports, and its ONNX file drives the simulated arm.
//   node test/interop/torch.mjs [python] [trials]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const python = process.argv[2] ?? process.env.UNDERSTUDY_PYTHON ?? 'python3';
const trials = process.argv[3] ?? '50';
const here = fileURLToPath(new URL('.', import.meta.url));
const cli = join(here, '..', '..', 'scripts', 'understudy.mjs');
const root = mkdtempSync(join(tmpdir(), 'understudy-torch-'));
const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
};
try {
  const dataset = join(root, 'dataset');
  const demo = ['demo', '--task', 'reach', '--episodes', '30', '--seconds', '1', '--trials', '1', '--dataset', dataset];
  run(process.execPath, cli, ...demo);
  run(python, join(here, 'torch_policy.py'), dataset, join(root, 'policy'), '20');
  run(process.execPath, cli, 'eval', '--policy', join(root, 'policy'), '--task', 'reach', '--trials', trials);
} finally {
  rmSync(root, { recursive: true, force: true });
}
