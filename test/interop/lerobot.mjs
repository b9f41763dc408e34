// Both ways between Understudy and LeRobot, by hand where LeRobot is installed:
//   UNDERSTUDY_PYTHON=…/bin/python node test/interop/lerobot.mjs [check] [train] [read]
// Leaves with 1 when anything differs. Training needs `accelerate` (pip install 'lerobot[training]').
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '../../scripts/lib/bundle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const python = process.env.UNDERSTUDY_PYTHON ?? 'python3';
const env = { ...process.env, HF_HUB_OFFLINE: '1' };
const work = mkdtempSync(join(tmpdir(), 'understudy-interop-'));
const at = (name) => join(work, name);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['check', 'train', 'read'];
let failed = 0;

function run(title, command, args) {
  process.stdout.write(`\n== ${title}\n`);
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  process.stdout.write(stdout);
  const said = stderr.split('\n').filter((line) => / step:|Error|Traceback|^ {2}File/.test(line));
  process.stdout.write(said.slice(-20).join('\n').trim() + (said.length > 0 ? '\n' : ''));
  if (status !== 0) failed++;
}

try {
  if (wanted.includes('check') || wanted.includes('train')) {
    const { record } = await load('test/interop/record.ts');
    await record(at('ours'), at('ours.json'));
  }
  if (wanted.includes('check')) {
    for (const backend of ['torchcodec', 'pyav']) {
      const args = [join(here, 'check_lerobot.py'), at('ours'), at('ours.json'), backend];
      run(`LeRobotDataset reads what Understudy recorded and edited (${backend})`, python, args);
    }
  }
  if (wanted.includes('train')) {
    const small = { chunk_size: 10, n_action_steps: 10, dim_model: 64, n_heads: 4, dim_feedforward: 128 };
    const options = {
      'dataset.repo_id': 'local/understudy',
      'dataset.root': at('ours'),
      'dataset.use_imagenet_stats': false,
      'policy.type': 'act',
      'policy.device': 'cpu',
      'policy.push_to_hub': false,
      'policy.pretrained_backbone_weights': 'null',
      ...Object.fromEntries(Object.entries(small).map(([name, value]) => [`policy.${name}`, value])),
      steps: 1,
      batch_size: 4,
      num_workers: 0,
      log_freq: 1,
      'wandb.enable': false,
      output_dir: at('trained'),
      job_name: 'interop',
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    run('lerobot-train takes one step of ACT on it', python, ['-m', 'lerobot.scripts.lerobot_train', ...args]);
  }
  if (wanted.includes('read')) {
    const { compare } = await load('test/interop/read.ts');
    for (const kind of ['v30-av1', 'v30-h264', 'v21']) {
      run(`LeRobot writes ${kind}`, python, [join(here, 'write_lerobot.py'), kind, at(kind), at(`${kind}.json`)]);
      const answer = await compare(at(kind), at(`${kind}.json`));
      process.stdout.write(`Understudy reads it: ${JSON.stringify(answer)}\n`);
      if (answer.wrong.length > 0) failed++;
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
