// P8: how long one policy call takes, preprocessing included.
//   npm run bench act [-- --calls 300] [--python PYTHON]   (with LeRobot there: its ACT beside ours)
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../lib/bundle.mjs';
import { root } from '../lib/paths.mjs';

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      calls: { type: 'string', default: '300' },
      python: { type: 'string', default: process.env.UNDERSTUDY_PYTHON ?? '' },
    },
  });
  const { measure } = await load('scripts/bench/act-app.ts');
  console.log('| policy | engine | p50 ms | p99 ms |\n|---|---|---|---|');
  await measure(Number(values.calls), ({ policy, engine, p50, p99 }) =>
    console.log(`| ${policy} | ${engine} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`),
  );
  if (!values.python) return;
  const peer = spawnSync(values.python, [join(root, 'scripts', 'bench', 'peers', 'act_lerobot.py')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, HF_HUB_OFFLINE: '1' },
  });
  process.exitCode = peer.status ?? 1;
}
