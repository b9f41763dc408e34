// Random training items (joints, two pictures 96×96, the next 100 actions) from a dataset of two cameras: ours from the
// picture cache, LeRobot's `LeRobotDataset` from the same folder in the same run (UNDERSTUDY_PYTHON, else ours alone).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../lib/bundle.mjs';
import { root } from '../lib/paths.mjs';

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      episodes: { type: 'string', default: '10' },
      rows: { type: 'string', default: '200' },
      width: { type: 'string', default: '640' },
      height: { type: 'string', default: '480' },
      items: { type: 'string', default: '20000' },
      peer: { type: 'string', default: '200' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'understudy-load-'));
  const numbers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  try {
    const app = await load('scripts/bench/load-app.ts');
    process.stderr.write(`Recording ${values.episodes} episodes of ${values.rows} rows …\n`);
    await app.record(join(folder, 'set'), numbers);
    const ours = await app.measure(join(folder, 'set'), numbers);
    const peers = {};
    const python = process.env.UNDERSTUDY_PYTHON;
    for (const backend of python ? ['torchcodec', 'pyav'] : []) {
      const script = join(root, 'scripts', 'bench', 'load-lerobot.py');
      const env = { ...process.env, HF_HUB_OFFLINE: '1' };
      const run = spawnSync(python, [script, join(folder, 'set'), String(numbers.peer), backend], {
        env,
        encoding: 'utf8',
      });
      peers[backend] =
        run.status === 0 ? JSON.parse(run.stdout.trim().split('\n').at(-1)) : { failed: run.stderr.slice(-400) };
    }
    const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
    process.stdout.write(`${JSON.stringify({ machine, ...numbers, ours, lerobot: peers }, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
