// `npm run bench practice`: few demonstrations and a short training make a cloned policy of 50–70 %; it practises; both are
// scored on unseen starts, far from those of demonstrations and of practice. Each run is kept as a line in --work, and a
// bench that was stopped goes on there. The table is printed for docs/learning-practice.md.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../lib/build.mjs';
import { load } from '../lib/bundle.mjs';
import { cache, root } from '../lib/paths.mjs';
import { lastLines, run } from '../lib/run.mjs';
import { SetupError } from '../lib/say.mjs';
import { setUp } from '../setup.mjs';

const say = (line) => process.stderr.write(`${line}\n`);

/** Demonstrations and steps of training that make a policy which is half good, found by measurement. */
const CLONES = {
  reach: { episodes: 2, steps: 150 },
  push: { episodes: 6, steps: 400 },
  'pick-place': { episodes: 8, steps: 800 },
};

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      tasks: { type: 'string', default: 'push,pick-place' },
      seeds: { type: 'string', default: '2' },
      minutes: { type: 'string', default: '15' },
      trials: { type: 'string', default: '100' },
      by: { type: 'string', default: 'success' },
      work: { type: 'string', default: join(cache, 'bench-practice') },
      out: { type: 'string', default: join(root, 'out', 'main') },
    },
  });
  await setUp({ need: { engine: true } });
  if (values.out === join(root, 'out', 'main')) await buildIfStale();
  const app = await load('scripts/bench/practice-app.ts');
  const work = resolve(values.work);
  mkdirSync(work, { recursive: true });
  const results = join(work, 'results.jsonl');
  const known = () =>
    existsSync(results)
      ? readFileSync(results, 'utf8')
          .trim()
          .split('\n')
          .map((l) => JSON.parse(l))
      : [];
  const { by } = values;
  const [minutes, trials] = [Number(values.minutes), Number(values.trials)];
  for (const task of values.tasks.split(',')) {
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const same = (r) =>
        r.task === task && r.seed === seed && r.by === by && r.minutes === minutes && r.trials === trials;
      if (known().some(same)) continue;
      const policy = await clone(app, work, task, seed);
      const improved = join(work, `${task}-${seed}-${by}`);
      const cli = (...words) => understudy(values.out, words);
      const starts = ['--task', task, '--trials', String(trials), '--seed', '500'];
      const before = await cli('eval', '--policy', policy, ...starts);
      say(`${task}, seed ${seed}: cloned policy ${before.successes} of ${trials}`);
      const practice = await cli(
        ...['improve', '--policy', policy, '--task', task, '--out', improved, '--by', by],
        ...['--minutes', String(minutes), '--seed', String(seed)],
      );
      const after = practice.checkpoint ? await cli('eval', '--policy', improved, ...starts) : before;
      say(`  ${practice.note} Unseen starts: ${after.successes} of ${trials}`);
      const line = { task, seed, by, minutes, trials, before, after, practice: { ...practice, curve: undefined } };
      appendFileSync(results, `${JSON.stringify(line)}\n`);
    }
  }
  const interval = ({ interval: [low, high] }) => `${Math.round(low * 100)}–${Math.round(high * 100)} %`;
  const told = (score) => `${score.successes} of ${score.trials} (${interval(score)})`;
  const lines = known().map(
    (r) =>
      `| ${r.task} | ${r.seed} | ${r.by} | ${told(r.before)} | ${told(r.after)} | ${(r.practice.seconds / 60).toFixed(1)} | ${r.practice.rollouts} |`,
  );
  process.stdout.write(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n\n`);
  process.stdout.write(
    '| task | seed | by | cloned | after practice | minutes | rollouts |\n| --- | --: | --- | --- | --- | --: | --: |\n',
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function clone(app, work, task, seed) {
  const { episodes, steps } = CLONES[task] ?? CLONES.push;
  const dataset = join(work, `${task}-${seed}-demos`);
  const out = join(work, `${task}-${seed}-cloned`);
  if (!existsSync(out)) await app.clone({ task, dataset, out, episodes, steps, seed });
  return out;
}

async function understudy(out, words) {
  const answer = await run(process.execPath, [join(out, 'cli.js'), ...words, '--json']);
  if (answer.code !== 0) throw new SetupError(`understudy ${words[0]} failed:\n${lastLines(answer.err, 10)}`);
  return JSON.parse(answer.out);
}
