// Training steps a second of two networks: ours compiled, ours kernel by kernel, and PyTorch (UNDERSTUDY_PYTHON, else ours
// alone), in turn, round after round, so that a machine whose speed drifts is fair to all. Compare the medians.
import { spawn } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { load } from '../lib/bundle.mjs';
import { root } from '../lib/paths.mjs';

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '3' },
      workload: { type: 'string', multiple: true, default: ['mlp', 'cnn'] },
      json: { type: 'boolean', default: false },
    },
  });
  const { WORKLOADS, open } = await load('scripts/bench/train-ours.ts');
  const python = process.env.UNDERSTUDY_PYTHON;
  const torch = python ? openTorch(python) : null;
  const results = [];
  try {
    for (const name of values.workload) {
      const runners = {
        compiled: timed(await open(name, true)),
        eager: timed(await open(name, false)),
        ...(torch ? { torch: (seconds) => torch.run(name, seconds) } : {}),
      };
      results.push(await measure(name, WORKLOADS[name].batch, runners, Number(values.rounds), Number(values.seconds)));
    }
  } finally {
    torch?.close();
  }
  const machine = `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}`;
  const rss = Math.round(process.memoryUsage().rss / 1e6);
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, rssMegabytes: rss, results }, null, 2)}\n`);
  else print(machine, rss, results);
}

/** Milliseconds a step of each runner, all rounds. */
async function measure(name, batch, runners, rounds, seconds) {
  const times = Object.fromEntries(Object.keys(runners).map((runner) => [runner, []]));
  for (const run of Object.values(runners)) await run(1);
  const rssBefore = process.memoryUsage().rss;
  for (let round = 0; round < rounds; round++) {
    for (const [runner, run] of Object.entries(runners)) {
      times[runner].push(await run(seconds));
      // Threads that wait by spinning must not steal from the next.
      await sleep(200);
    }
    process.stderr.write(`${name} ${round + 1}/${rounds}\r`);
  }
  process.stderr.write('\n');
  const rows = Object.entries(times).map(([runner, all]) => ({
    runner,
    milliseconds: median(all),
    samplesPerSecond: (1000 / median(all)) * batch,
    rounds: all,
  }));
  const ratio = (other) => (times[other] ? median(times[other].map((time, i) => time / times.compiled[i])) : null);
  return {
    workload: name,
    rows,
    timesEager: ratio('eager'),
    timesTorch: ratio('torch'),
    rssGrowthMegabytes: Math.round((process.memoryUsage().rss - rssBefore) / 1e6),
  };
}

const timed = (step) => async (seconds) => {
  const start = performance.now();
  let steps = 0;
  for (; performance.now() - start < seconds * 1000; steps++) step();
  return (performance.now() - start) / steps;
};

/** PyTorch in a process of its own, idle until it is asked. */
function openTorch(python) {
  const script = join(root, 'scripts', 'bench', 'train-torch.py');
  const child = spawn(python, [script, String(availableParallelism())], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    run: async (name, seconds) => {
      child.stdin.write(`${name} ${seconds}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('PyTorch ended early');
      const [taken, steps] = value.split(' ').map(Number);
      return (taken * 1000) / steps;
    },
    close: () => child.stdin.end(),
  };
}

function print(machine, rss, results) {
  console.log(`${machine}; ${rss} MB at the end\n`);
  console.log('workload  engine     ms/step  samples/s');
  for (const { workload, rows, timesEager, timesTorch, rssGrowthMegabytes } of results) {
    for (const { runner, milliseconds, samplesPerSecond } of rows) {
      const numbers = [milliseconds.toFixed(2).padStart(8), samplesPerSecond.toFixed(0).padStart(10)];
      console.log(`${workload.padEnd(9)} ${runner.padEnd(9)} ${numbers.join(' ')}`);
    }
    const torch = timesTorch === null ? '' : `, ${timesTorch.toFixed(2)} × torch`;
    console.log(
      `          compiled is ${timesEager.toFixed(2)} × eager${torch}; memory ${rssGrowthMegabytes} MB more\n`,
    );
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
