// Few demonstrations, little time: what `auto` makes of 10 and 25 demonstrations of table-top tasks that the app does not
// know, beside a plain PyTorch MLP, both run in the same simulation from the same unseen starts. Another task's settings
// are never used for one: all is decided from the data. `--steps` instead of seconds measures alike on a busy machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../lib/bundle.mjs';
import { root } from '../lib/paths.mjs';
import { openMlp } from './few/mlp.mjs';
import { demonstrate, succeed, TASKS } from './few/tasks.mjs';

const OPTIONS = {
  tasks: { type: 'string', default: TASKS.map((task) => task.title).join(',') },
  demos: { type: 'string', default: '10,25' },
  /** Settings were found on other seeds than these. */
  seeds: { type: 'string', default: '11,12' },
  starts: { type: 'string', default: '50' },
  seconds: { type: 'string', default: '10,60' },
  /** For each of the seconds, so many steps of ours instead. */
  steps: { type: 'string' },
  /** … and so many of PyTorch's. */
  'torch-steps': { type: 'string' },
  /** A Python with torch; without one only ours is measured. */
  python: { type: 'string' },
  execute: { type: 'string', default: '4' },
  config: { type: 'string' },
};

export async function bench(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const list = (text) => (text ?? '').split(',').filter(Boolean);
  const note = (text) => process.stderr.write(`${text}\n`);
  const home = join(tmpdir(), 'understudy-few');
  mkdirSync(home, { recursive: true });
  const app = await load('scripts/bench/few-app.ts');
  const settings = values.config ? JSON.parse(values.config) : {};
  const [starts, execute] = [Number(values.starts), Number(values.execute)];
  for (const title of list(values.tasks)) {
    const Task = TASKS.find((task) => task.title === title);
    const fps = new Task(0).fps;
    for (const demos of list(values.demos).map(Number)) {
      for (const [i, seconds] of list(values.seconds).map(Number).entries()) {
        const rates = { auto: [], torch: [], expert: [] };
        let cpu = 0;
        for (const seed of list(values.seeds).map(Number)) {
          const demonstrations = demonstrate(Task, demos, seed);
          const folder = join(home, `${title}-${demos}-${seed}`);
          await app.write(folder, Task, fps, demonstrations);
          const steps = list(values.steps)[i];
          const out = join(home, `policy-${title}-${demos}-${seed}-${seconds}`);
          const more = { seconds, seed, ...(steps && { steps: Number(steps) }), ...settings };
          const made = await app.learn(folder, out, more);
          cpu += made.cpu;
          const act = await app.openExported(join(out, 'policy.onnx'));
          rates.auto.push(await succeed(Task, starts, seed, act, execute));
          if (i === 0) rates.expert.push(await succeed(Task, starts, seed, null, execute));
          if (values.python) {
            const rows = join(home, 'demonstrations.json');
            const weights = join(home, 'torch.json');
            writeFileSync(rows, JSON.stringify(demonstrations));
            const script = join(root, 'scripts', 'bench', 'peers', 'few_mlp.py');
            const torchSteps = list(values['torch-steps'])[i];
            const limit = torchSteps ? ['--steps', torchSteps] : ['--seconds', String(seconds)];
            execFileSync(values.python, [script, rows, weights, '--seed', String(seed), ...limit]);
            rates.torch.push(await succeed(Task, starts, seed, await openMlp(weights), execute));
          }
        }
        const percent = (all) => (all.length ? (100 * all.reduce((a, b) => a + b, 0)) / all.length : null);
        const line = { task: title, demos, seconds, auto: percent(rates.auto), torch: percent(rates.torch) };
        const seeds = list(values.seeds).length;
        process.stdout.write(`${JSON.stringify({ ...line, expert: percent(rates.expert), cpu: cpu / seeds })}\n`);
        note(`${title}, ${demos} demonstrations, ${seconds} s: auto ${line.auto} %, torch ${line.torch} %`);
      }
    }
  }
}
