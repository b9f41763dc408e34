// The table of docs/learning.md: each policy on each simulated task, over seeds and unseen starts. Demonstrations are
// recorded once a task, each run's result is kept as one line in --work, and a bench that was stopped goes on there.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../lib/build.mjs';
import { load } from '../lib/bundle.mjs';
import { between, learningTable } from '../lib/learning-table.mjs';
import { cache, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { SetupError } from '../lib/say.mjs';
import { setUp } from '../setup.mjs';

const say = (line) => process.stderr.write(`${line}\n`);

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      policies: { type: 'string' },
      tasks: { type: 'string' },
      seeds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '120' },
      episodes: { type: 'string', default: '100' },
      trials: { type: 'string', default: '50' },
      jobs: { type: 'string', default: '1' },
      work: { type: 'string', default: join(cache, 'bench-learning') },
      'no-write': { type: 'boolean', default: false },
    },
  });
  await setUp({ need: { engine: true } });
  await buildIfStale();
  const app = await load('scripts/bench/learning-app.ts');
  const blind = app.POLICY_KINDS.filter((kind) => !app.METHODS[kind].needsCamera);
  const policies = chosen(values.policies, blind, 'policies');
  const tasks = chosen(values.tasks, app.TASK_IDS, 'tasks');
  const number = (name) => whole(name, values[name]);
  const [seeds, seconds, episodes, trials, jobs] = ['seeds', 'seconds', 'episodes', 'trials', 'jobs'].map(number);
  const work = resolve(values.work);
  mkdirSync(work, { recursive: true });

  for (const task of tasks) await record(app, work, task, episodes);
  const results = join(work, 'results.jsonl');
  const runs = tasks.flatMap((task) =>
    policies.flatMap((policy) => Array.from({ length: seeds }, (_, seed) => ({ task, policy, seed }))),
  );
  const settings = { seconds, episodes, trials };
  const known = () => readLines(results).filter((line) => Object.keys(settings).every((k) => line[k] === settings[k]));
  const same = (a) => (b) => a.task === b.task && a.policy === b.policy && a.seed === b.seed;
  const before = known();
  const left = runs.filter((one) => !before.some(same(one)));
  say(`${runs.length} runs, ${runs.length - left.length} of them done before`);
  const failed = [];
  const worker = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      try {
        const result = { ...one, ...settings, ...(await trainAndScore(work, one, settings)) };
        appendFileSync(results, `${JSON.stringify(result)}\n`);
        const { successes, trainSeconds, callMs } = result;
        const took = `${trainSeconds.toFixed(0)} s of training, ${callMs?.toFixed(1)} ms a call`;
        say(`${one.task} ${one.policy} seed ${one.seed}: ${successes} of ${trials}, ${took}`);
      } catch (error) {
        failed.push(one);
        say(`${one.task} ${one.policy} seed ${one.seed} failed: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));

  const wanted = known().filter((line) => runs.some(same(line)));
  const table = learningTable(wanted, { policies, tasks, wilson: app.wilson });
  process.stdout.write(`${table}\n`);
  const document = join(root, 'docs', 'learning.md');
  // A part of the table must not take the place of the whole.
  const part = policies.length < blind.length || tasks.length < app.TASK_IDS.length;
  if (values['no-write'] || part) say('docs/learning.md is left as it is');
  else writeFileSync(document, between(readFileSync(document, 'utf8'), `\n${about(settings, seeds)}\n\n${table}\n`));
  return failed.length > 0 ? 1 : 0;
}

const about = ({ seconds, episodes, trials }, seeds) =>
  `${episodes} scripted demonstrations a task, at most ${seconds} s of training, ${seeds} × ${trials} unseen starts: success with its 95 % interval (Wilson) over the pooled trials.`;

/** Demonstrations of a task, recorded once: into a folder beside, which takes its place when it is whole. */
async function record(app, work, task, episodes) {
  const folder = dataset(work, task, episodes);
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  say(`Recording ${episodes} demonstrations of ${task}`);
  const { attempts, frames } = await app.recordDemonstrations({ task, folder: partial, episodes, seed: 0 });
  renameSync(partial, folder);
  say(`  ${frames} frames, ${attempts} attempts`);
}

const dataset = (work, task, episodes) => join(work, `${task}-${episodes}`);

/** One policy trained and scored by the command line, as a person would. */
async function trainAndScore(work, { task, policy, seed }, { seconds, episodes, trials }) {
  const out = join(work, 'policies', `${task}-${policy}-${episodes}-${seconds}-${seed}`);
  rmSync(out, { recursive: true, force: true });
  const from = dataset(work, task, episodes);
  const name = `${policy} ${task} ${seed}`;
  const trained = await understudy('train', { dataset: from, out, policy, seconds, seed, name });
  const scored = await understudy('eval', { policy: out, task, trials, seed });
  return {
    successes: scored.successes,
    meanSeconds: scored.mean_seconds,
    trainSeconds: trained.seconds,
    callMs: scored.call_ms,
    steps: trained.steps,
    heldOut: trained.bestHeldOutLoss,
  };
}

async function understudy(command, options) {
  const { engineFile } = await import('../lib/engine.mjs');
  const pairs = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const env = { ...process.env, UNDERSTUDY_ENGINE_FILE: engineFile };
  const cli = join(root, 'out', 'main', 'cli.js');
  const { code, out, err } = await run(process.execPath, [cli, command, ...pairs, '--json'], { env });
  if (code !== 0) throw new Error(err.trim().split('\n').slice(-3).join(' ') || `${command} ended with ${code}`);
  return JSON.parse(out);
}

/** A line that an interruption cut short is no result. */
function readLines(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line ? [JSON.parse(line)] : [];
      } catch {
        return [];
      }
    });
}

function chosen(given, all, what) {
  if (given === undefined) return [...all];
  const names = given.split(',');
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new SetupError(`--${what}: there is no ${unknown}.`, `known are ${all.join(', ')}`);
  return names;
}

function whole(name, value) {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < 1)
    throw new SetupError(`--${name} is ${value}.`, 'give a whole number from 1 on');
  return parsed;
}
